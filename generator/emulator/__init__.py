"""A local Sentinel alert-rules API to rehearse deployments on. It is not Azure.

It answers over a real socket as public recordings of the live service show, keeps rules in SQLite
and breaks on demand. It must not import the deployment, so that neither hides the other's mistakes.
"""
