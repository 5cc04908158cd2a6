"""From files to detections as written: discovery, hostile-input limits, schema, positions."""
