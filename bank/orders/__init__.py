"""Orders (订单): the claim on a bundle, its reservation, and the money held for it."""
