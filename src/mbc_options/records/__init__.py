"""Patients from the records of hospitals and registries, with an account of every resource."""
