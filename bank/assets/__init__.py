"""Resource assets (资源资产): a kind, the right to it, its holders, its parcel and its evidence."""
