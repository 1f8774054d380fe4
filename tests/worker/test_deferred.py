"""PyTorch as workers have it does what PyTorch does, what is imported late included."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from grader.worker.deferred import deferring

with deferring():
    import torch

    torch.nn.RNN(2, 3)(torch.ones(1, 1, 2))[0].backward(torch.ones(1, 1, 3))
shapes = "torch.fx.experimental.symbolic_shapes"
compilers = ("sympy", "torch.export.exported_program")
print([name for name in compilers if name in sys.modules])
x = torch.ones(3, requires_grad=True)
for gradient in (torch.ones(3), torch.ones(2), torch.ones(3, 1), torch.tensor(1.0)):
    try:
        (2 * x).backward(gradient)
    except RuntimeError as error:
        print(error)
print(x.grad.tolist())
(2 * x.sum()).backward(torch.tensor(1.0))
print(x.grad.tolist(), "sympy" in sys.modules)
y = torch.ones(2, 3, requires_grad=True)
print(torch.autograd.functional.jacobian(torch.tanh, y).shape)
print(torch.func.jacfwd(torch.tanh)(y).shape)
late = ("distributions", "nn.intrinsic", "optim", "quantization", "utils.data")
kinds = [type(sys.modules[f"torch.{name}"]).__name__ for name in late]
import torch.optim.lr_scheduler
from torch.utils.data import DataLoader
w = torch.nn.Parameter(torch.ones(2))
w.grad = torch.ones(2)
step = torch.optim.SGD([w], lr=0.5)
step.step()
torch.optim.lr_scheduler.StepLR(step, 1).step()
print(kinds, w.tolist(), step.param_groups[0]["lr"], [one.tolist() for one in DataLoader([1, 2])])
normal = torch.distributions.Normal(0.0, 1.0)
fused = torch.nn.intrinsic.LinearReLU(torch.nn.Linear(1, 1), torch.nn.ReLU())
print(normal.cdf(torch.tensor(0.0)).item(), len(fused), torch.quantization.QuantStub().__class__)
print(torch.export.Dim("steps"), torch.export.export.__name__, torch.export.nothing_of_this)
"""


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What a process says that looks at PyTorch with some parts deferred."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert done.stderr.endswith(
        "AttributeError: module 'torch.export' has no attribute 'nothing_of_this'\n"
    )
    return done.stdout.splitlines()


def test_a_backward_pass_imports_no_compiler(said: list[str]) -> None:
    """What half of an import takes is left out: that is what deferring is for."""
    assert said[0] == "[]"


def test_a_gradient_of_another_shape_is_refused_in_pytorchs_words(said: list[str]) -> None:
    """Shapes are compared as PyTorch compares them: 0 axes, one more, and another size."""
    begins = "Mismatch in shape: grad_output[0] has a shape of torch.Size("
    ends = ") and output[0] has a shape of torch.Size([3])."
    assert said[1:4] == [begins + size + ends for size in ("[2]", "[3, 1]", "[]")]


def test_gradients_are_what_they_are(said: list[str]) -> None:
    """A gradient of the right shape goes through, also one of no axes."""
    assert said[4] == "[2.0, 2.0, 2.0]"
    assert said[5] == "[4.0, 4.0, 4.0] False"
    assert said[6:8] == ["torch.Size([2, 3, 2, 3])"] * 2


def test_what_is_read_late_does_what_it_does(said: list[str]) -> None:
    """What hardly any submission uses is read when it is, from whichever end it is imported."""
    kinds = "['_Deferred', '_Deferred', '_Deferred', '_Deferred', '_Deferred']"
    assert said[8] == f"{kinds} [0.5, 0.5] 0.05 [[1], [2]]"
    assert said[9] == "0.5 2 <class 'torch.ao.quantization.stubs.QuantStub'>"
