"""What the installation keeps of people, field by field, and what follows from it: the register of processing (art. 30 GDPR)
and the input for the data protection impact assessment. Generated from the tables themselves, with no data of anybody in it.
"""
