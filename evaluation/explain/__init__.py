"""One answer taken apart: what each step made of the question, and why the answer is wrong if it is."""
