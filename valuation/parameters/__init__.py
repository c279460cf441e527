"""Parameter tables (参数表): dated rates, coefficients, prices and costs, each with its source."""
