"""The system `alloy_order`."""
