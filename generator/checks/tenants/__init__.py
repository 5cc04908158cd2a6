"""What the detections of a catalog owe to the tenants that set their parameters."""
