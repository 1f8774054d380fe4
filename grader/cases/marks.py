"""The marks of hidden cases, as pytest wants them registered."""

MARKS = (
    "function(name): the contract's function that a hidden case judges",
    "criterion(name): the small criterion that a hidden case judges",
    "decides(*outputs): the outputs that a hidden case judges",
)
