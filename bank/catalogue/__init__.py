"""The catalogue (资源目录) that investors browse, and the bundles (资源包) they put together."""
