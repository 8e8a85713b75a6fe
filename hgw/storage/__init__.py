"""Where what was saved lies: the file or server it is kept on, its copies, and the proof that nothing is missing."""
