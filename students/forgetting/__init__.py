"""Keeping and forgetting: what retention says must go, what a dispute holds back, and the erasure of one student."""
