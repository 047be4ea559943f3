"""Teaching cases: a patient followed from stage to stage, with questions that the engine answers and grades."""
