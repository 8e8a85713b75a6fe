"""What the meetings hold of one student: taken away when the student is erased, shown when the student asks for it."""
