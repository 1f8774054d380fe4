"""Drives a student's RNNCell: every call is a step of its own, which the judge asks for."""


class Driven:
    """One cell of a student's, and the calls that were made of it."""

    def __init__(self, student, weights):
        self.student = student
        self.cell = student.RNNCell(*weights)
        self.calls = [self.cell]

    def step(self, xt, state):
        """One step forth."""
        self.calls.append(self.cell.call("__call__", xt, state))
        return self.calls[-1]

    def step_back(self, dh):
        """One step back; the dx_list that it returns."""
        self.calls.append(self.cell.call("backward", dh))
        return self.calls[-1]

    def forth(self, world, first=None):
        """A sequence forth, but for its first step where that is done; the hidden states."""
        hidden = [] if first is None else [first]
        for xt in world.x[len(hidden) :]:
            hidden.append(self.step(xt, hidden[-1] if hidden else world.h0[0]))
        return hidden

    def back(self, world):
        """A sequence back; the dx_list of its last step, as long as the sequence."""
        for dh in reversed(world.dh):
            dx_list = self.step_back(dh)
        return dx_list.first(len(world.x))

    def passed(self, world):
        """A sequence forth and back."""
        return self.result(self.forth(world), self.back(world))

    def result(self, hidden, dx_list):
        """The hidden states, the dx_list and what the cell leaves behind."""
        stacks = {
            name: self.cell.attribute(f"{name}_stack")
            for name in ("dw_ih", "dw_hh", "db_ih", "db_hh")
        }
        return self.student.together({"hidden": hidden, "dx_list": dx_list, **stacks})
