"""Other graders at the same work, each as it comes, in an environment of its own."""
