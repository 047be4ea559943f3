"""Patient descriptions: friendly to write, strict about what they mean, exact about what they leave open."""

from mbc_options.patient.file import load_patient
from mbc_options.patient.model import Patient, PriorTherapy

__all__ = ["Patient", "PriorTherapy", "load_patient"]
