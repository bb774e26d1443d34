#!/usr/bin/env python3
"""Writes what PyTorch computes to *.safetensors in this folder; the tests read only those files.

    apt-get install python3-torch python3-numpy && tests/reference/make.py

Everything is computed in double, on inputs and parameters that both sides make by the formula in `numbers`.
"""
import json
import struct
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn import functional

HERE = Path(__file__).resolve().parent
BATCH = 2
PRIME = 65519


def numbers(shape, stream, scale):
    """Number i of a stream: cubes modulo a prime, in [-scale / 2, scale / 2). Free of ties within a stream, and of
    any rounding that a compiler may do differently: reference.hpp has the same formula."""
    count = int(numpy.prod(shape))
    base = (numpy.arange(count, dtype=numpy.int64) + 7919 * stream) % PRIME
    cubes = base * base % PRIME * base % PRIME
    return torch.from_numpy(((cubes / PRIME - 0.5) * scale).reshape(shape))


def write(name, tensors, metadata=None):
    header, data = {}, b''
    if metadata:
        header['__metadata__'] = metadata
    for key, value in tensors.items():
        value = torch.as_tensor(value).detach().numpy()
        kind = {'float64': 'F64', 'float32': 'F32', 'int32': 'I32', 'int64': 'I64'}[str(value.dtype)]
        value_bytes = value.astype(value.dtype.newbyteorder('<')).tobytes()
        header[key] = {
            'dtype': kind, 'shape': list(value.shape), 'data_offsets': [len(data), len(data) + len(value_bytes)]
        }
        data += value_bytes
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    (HERE / f'{name}.safetensors').write_bytes(struct.pack('<Q', len(text)) + text + data)


def fill(module, scale=lambda parameter: 1.0):
    """Parameter p of a module is stream p + 1."""
    with torch.no_grad():
        for p, parameter in enumerate(module.parameters()):
            parameter.copy_(numbers(parameter.shape, p + 1, scale(parameter)))
    return module


class Hardsigmoid(nn.Module):
    """nn.Hardsigmoid, whose derivative of doubles is a sixth in float."""

    def forward(self, x):
        return functional.relu6(x + 3) / 6


class Residual(nn.Sequential):
    def __init__(self, *layers, downsample=None):
        super().__init__(*layers)
        self.branch = list(layers)
        if downsample is not None:
            self.downsample = downsample

    def forward(self, x):
        y = x
        for layer in self.branch:
            y = layer(y)
        return y + (self.downsample(x) if hasattr(self, 'downsample') else x)


class BasicBlock(nn.Module):
    """torchvision's."""

    def __init__(self, inputs, channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = None
        if stride != 1 or inputs != channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(y + (x if self.downsample is None else self.downsample(x)))


class Concat(nn.Sequential):
    def forward(self, x):
        return torch.cat([branch(x) for branch in self], dim=1)


class Sum(nn.Sequential):
    def forward(self, x):
        return sum(branch(x) for branch in self)


class Tutorial(nn.Module):
    """The network of PyTorch's CIFAR-10 tutorial."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(functional.relu(self.conv1(x)))
        x = self.pool(functional.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = functional.relu(self.fc1(x))
        x = functional.relu(self.fc2(x))
        return self.fc3(x)


def layer_cases():
    def linear(inputs, outputs, **options):
        return nn.Linear(inputs, outputs, **options)

    return {
        'linear': (linear(5, 3), (5,)),
        'linear_steps': (linear(5, 3), (4, 5)),
        'linear_without_bias': (linear(19, 17, bias=False), (19,)),
        'conv': (nn.Conv2d(3, 4, 3), (3, 7, 6)),
        'conv_stride_padding': (nn.Conv2d(3, 4, 3, stride=2, padding=1), (3, 7, 8)),
        'conv_dilation': (nn.Conv2d(2, 3, 3, dilation=2, padding=2), (2, 9, 8)),
        'conv_groups': (nn.Conv2d(4, 6, 3, groups=2, padding=1), (4, 5, 6)),
        'conv_depthwise': (nn.Conv2d(4, 4, 3, groups=4), (4, 6, 5)),
        'conv_rectangular': (nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)), (2, 8, 7)),
        'conv_pointwise_without_bias': (nn.Conv2d(5, 3, 1, bias=False), (5, 4, 3)),
        'max_pool': (nn.MaxPool2d(2), (2, 7, 6)),
        'max_pool_overlapping': (nn.MaxPool2d(3, stride=2), (2, 7, 9)),
        'max_pool_padding': (nn.MaxPool2d(3, stride=2, padding=1), (5, 7, 6)),
        'max_pool_rectangular': (nn.MaxPool2d((2, 3), stride=(1, 2), padding=(1, 1)), (2, 5, 6)),
        'avg_pool': (nn.AvgPool2d(2), (2, 7, 6)),
        'avg_pool_padding': (nn.AvgPool2d(3, stride=2, padding=1), (2, 7, 6)),
        'avg_pool_rectangular': (nn.AvgPool2d((2, 3), stride=(1, 2), padding=(1, 0)), (2, 5, 7)),
        'relu': (nn.ReLU(), (3, 5)),
        'tanh': (nn.Tanh(), (2, 3, 4)),
        'sigmoid': (nn.Sigmoid(), (19,)),
        'softplus': (nn.Softplus(), (5,)),
        'silu': (nn.SiLU(), (3, 5)),
        'mish': (nn.Mish(), (7,)),
        'gelu': (nn.GELU(), (2, 3, 3)),
        'leaky_relu': (nn.LeakyReLU(), (9,)),
        'leaky_relu_fifth': (nn.LeakyReLU(0.2), (9,)),
        'elu': (nn.ELU(), (9,)),
        'elu_half': (nn.ELU(0.5), (9,)),
        'selu': (nn.SELU(), (17,)),
        'hardsigmoid': (Hardsigmoid(), (11,)),
        'hardswish': (nn.Hardswish(), (11,)),
        'softmax': (nn.Softmax(-1), (7,)),
        'softmax_steps': (nn.Softmax(-1), (3, 5)),
        'softmax_channels': (nn.Softmax(1), (5, 2, 3)),
        'flatten': (nn.Sequential(nn.Flatten(), linear(12, 3)), (2, 3, 2)),
        'residual': (Residual(linear(5, 6), nn.Tanh(), linear(6, 5)), (5,)),
        'residual_shortcut': (
            Residual(
                nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.Tanh(), nn.Conv2d(4, 4, 3, padding=1),
                downsample=nn.Sequential(nn.Conv2d(3, 4, 1, stride=2))), (3, 6, 6)),
        'concat': (Concat(nn.Conv2d(3, 2, 1), nn.Identity(), nn.Conv2d(3, 4, 3, padding=1)), (3, 4, 5)),
        'concat_features': (Concat(linear(4, 2), linear(4, 3)), (4,)),
        'sum': (Sum(linear(4, 5), nn.Sequential(linear(4, 3), nn.Tanh(), linear(3, 5))), (4,)),
        'repeat': (nn.Sequential(*[nn.Sequential(linear(5, 5), nn.Tanh()) for _ in range(3)]), (5,)),
        'basic_block': (BasicBlock(3, 3), (3, 5, 6)),
        'basic_block_shortcut': (BasicBlock(3, 4, stride=2), (3, 6, 6)),
        'adaptive_avg_pool': (nn.AdaptiveAvgPool2d(1), (3, 5, 7)),
        'adaptive_avg_pool_rectangular': (nn.AdaptiveAvgPool2d((2, 3)), (3, 4, 9)),
        'batch_norm': (nn.BatchNorm2d(3), (3, 5, 4)),
        'batch_norm_options': (nn.BatchNorm2d(2, eps=0.01, momentum=0.3, affine=False), (2, 7, 9)),
        'batch_norm_features': (nn.BatchNorm1d(19, eps=0.5), (19,)),
        'batch_norm_steps': (nn.BatchNorm1d(3), (3, 9)),
        'batch_norm_evaluated': (nn.BatchNorm2d(3).eval(), (3, 5, 4)),
        'batch_norm_features_evaluated': (nn.BatchNorm1d(19).eval(), (19,)),
        'batch_norm_steps_evaluated': (nn.BatchNorm1d(3, eps=0.1).eval(), (3, 9)),
    }


def layers():
    tensors, names = {}, {}
    for case, (module, shape) in layer_cases().items():
        fill(module.double())
        if not module.training:
            # Buffer b is stream b + 70.
            for b, buffer in enumerate(b for b in module.buffers() if b.dtype == torch.float64):
                buffer.copy_(1 + numbers(buffer.shape, b + 70, 1.0))
        x = numbers((BATCH, *shape), 0, 4.0).requires_grad_()
        y = module(x)
        y.backward(numbers(y.shape, 50, 2.0))
        tensors[f'{case}/output'] = y
        tensors[f'{case}/input'] = x.grad
        for name, parameter in module.named_parameters():
            tensors[f'{case}/{name}'] = parameter.grad
        buffers = dict(module.named_buffers())
        for name, buffer in buffers.items():
            tensors[f'{case}/{name}'] = buffer
        names[case] = ' '.join([*dict(module.named_parameters()), *sorted(buffers)])
    # Padding is no zero: it must lose against negative elements.
    assert tensors['max_pool_padding/output'][:, :, [0, -1], :].min() < 0
    write('layers', tensors, names)


def losses():
    tensors = {}

    def add(case, loss, prediction, target):
        # Rounded to float: else the rounding of large logits would be taken for an error of the loss in float.
        prediction = torch.as_tensor(prediction, dtype=torch.float32).double().requires_grad_()
        each = loss(prediction, target, reduction='none').reshape(len(prediction), -1).mean(1)
        each.mean().backward()
        tensors[f'{case}/prediction'] = prediction
        tensors[f'{case}/target'] = target.to(torch.int32) if target.dtype == torch.int64 else target
        tensors[f'{case}/losses'] = each
        tensors[f'{case}/gradient'] = prediction.grad

    labels = torch.tensor([0, 4, 2, 1])
    add('cross_entropy', functional.cross_entropy, numbers((4, 5), 0, 6.0), labels)
    add('cross_entropy_large', functional.cross_entropy, numbers((4, 5), 0, 2000.0), labels)
    add('mean_squared_error', functional.mse_loss, numbers((4, 3), 0, 4.0), numbers((4, 3), 1, 4.0))
    add('mean_squared_error_image', functional.mse_loss, numbers((4, 2, 3, 2), 0, 4.0), numbers((4, 2, 3, 2), 1, 4.0))
    add('mean_absolute_error', functional.l1_loss, numbers((4, 3), 0, 4.0), numbers((4, 3), 1, 4.0))
    add('huber', functional.huber_loss, numbers((4, 3), 0, 4.0), numbers((4, 3), 1, 4.0))
    half = lambda *x, **options: functional.huber_loss(*x, **options, delta=0.5)
    add('huber_half', half, numbers((4, 3), 0, 4.0), numbers((4, 3), 1, 4.0))
    logits = functional.binary_cross_entropy_with_logits
    add('binary_cross_entropy', logits, numbers((4, 3), 0, 6.0), numbers((4, 3), 1, 1.0) + 0.5)
    add('binary_cross_entropy_large', logits, [[100.0, -100.0], [100.0, -100.0], [30.0, -30.0], [0.0, 1.0]],
        torch.tensor([[1.0, 1.0], [0.0, 0.0], [0.25, 0.5], [1.0, 0.0]], dtype=torch.float64))
    write('losses', tensors)


def trajectories():
    """Parameters after each of five steps of a small network, one row per step."""
    cases = {
        'sgd': lambda p: torch.optim.SGD(p, lr=0.1),
        'sgd_momentum': lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        'sgd_nesterov': lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        'sgd_weight_decay': lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.1),
        'sgd_nesterov_weight_decay':
            lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
        'adam': lambda p: torch.optim.Adam(p, lr=0.01),
        'adam_weight_decay': lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
    }
    tensors = {}
    for case, make in cases.items():
        module = fill(nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).double())
        optimizer, rows = make(module.parameters()), []
        for step in range(5):
            optimizer.zero_grad()
            functional.mse_loss(module(numbers((4, 4), 100 + step, 2.0)), numbers((4, 3), 200 + step, 2.0)).backward()
            optimizer.step()
            rows.append(torch.cat([p.detach().flatten() for p in module.parameters()]))
        tensors[case] = torch.stack(rows)
    write('optimizers', tensors)


def networks():
    """Loss and gradient of whole networks; parameters are uniform in PyTorch's default bounds, rounded to float so that
    both sides start from the same."""

    def uniform(parameter):
        return 2 / fan_in[id(parameter)] ** 0.5

    def gradients(name, module, x, labels, kind):
        fan_in.clear()
        for layer in module.modules():
            if hasattr(layer, 'weight'):
                for parameter in (layer.weight, layer.bias):
                    fan_in[id(parameter)] = layer.weight[0].numel()
        fill(module.double(), uniform).float().double()
        loss = functional.cross_entropy(module(x.float().double()), torch.tensor(labels))
        loss.backward()
        tensors[f'{name}/loss'] = loss
        for key, parameter in module.named_parameters():
            tensors[f'{name}/{key}'] = parameter.grad.to(kind)
        names[name] = ' '.join(module.state_dict())

    fan_in, tensors, names = {}, {}, {}
    gradients('tutorial', Tutorial(), numbers((4, 3, 32, 32), 100, 2.0), [3, 8, 0, 6], torch.float32)
    small = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12, 5))
    gradients('short_batch', small, numbers((3, 2, 6, 6), 100, 2.0), [1, 4, 0], torch.float64)
    write('networks', tensors, names)


def batch_norm():
    """Three steps of gradient descent on mini-batches of three, and what is evaluated then."""
    module = fill(
        nn.Sequential(
            nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(48, 4), nn.BatchNorm1d(4)).double())
    optimizer, losses, gradients = torch.optim.SGD(module.parameters(), lr=0.125), [], []
    for step in range(3):
        optimizer.zero_grad()
        loss = functional.cross_entropy(module(numbers((3, 2, 6, 6), 100 + step, 2.0)), torch.tensor([1, 3, 0]))
        loss.backward()
        optimizer.step()
        losses.append(loss)
        gradients.append(torch.cat([p.grad.flatten() for p in module.parameters()]))
    module.eval()
    tensors = {
        'losses': torch.stack(losses), 'gradients': torch.stack(gradients),
        'evaluated': module(numbers((3, 2, 6, 6), 100, 2.0))
    }
    write('batch_norm', tensors)
    write('batch_norm_state', module.state_dict())


UNARY = {
    'abs': torch.abs, 'acos': torch.acos, 'acosh': torch.acosh, 'asin': torch.asin, 'asinh': torch.asinh,
    'atan': torch.atan, 'atanh': torch.atanh, 'clamp': lambda x: torch.clamp(x, -0.5, 1.0), 'cos': torch.cos,
    'cosh': torch.cosh, 'digamma': torch.digamma, 'erf': torch.erf, 'erfc': torch.erfc, 'exp': torch.exp,
    'exp2': torch.exp2, 'expm1': torch.expm1, 'floor': torch.floor, 'lgamma': torch.lgamma, 'log': torch.log,
    'log10': torch.log10, 'log1p': torch.log1p, 'log2': torch.log2, 'relu': torch.relu, 'rsqrt': torch.rsqrt,
    'sigmoid': torch.sigmoid, 'sign': torch.sign, 'sin': torch.sin, 'sinh': torch.sinh,
    'softplus': lambda x: functional.softplus(x, threshold=30), 'sqrt': torch.sqrt, 'square': torch.square,
    'tan': torch.tan, 'tanh': torch.tanh, 'pow3': lambda x: x**3, 'pow-2': lambda x: x**-2,
    'pow2.5': lambda x: x**2.5, 'pow-0.5': lambda x: x**-0.5, 'pow0': lambda x: x**0, '2pow': lambda x: 2.0**x,
    '0pow': lambda x: torch.pow(0.0, x),
}
BINARY = {
    'atan2': torch.atan2, 'hypot': torch.hypot, 'maximum': torch.maximum, 'minimum': torch.minimum, 'pow': torch.pow,
    'fma': lambda x, y: torch.addcmul(y, x, y),
}
POINTS = [
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, float('inf'), -float('inf'), float('nan'), 1.25, 2.0, -3.0, -2.5, 3.75, 20.0, -20.0,
    800.0, -800.0, 1e-3, 0.3, -0.7, 1.5
]


def functions():
    """Value, first and second derivative (the adjoint of 1, and its tangent along 1) of elementwise functions."""

    def gradients(y, operands):
        # sign's result doesn't depend on its operand, as autograd sees it.
        if not y.requires_grad:
            return [torch.zeros_like(x) for x in operands]
        found = torch.autograd.grad(y.sum(), operands, create_graph=True, allow_unused=True)
        return [torch.zeros_like(x) if g is None else g for g, x in zip(found, operands)]

    tensors = {}
    points = torch.tensor(POINTS, dtype=torch.float64)
    pairs = torch.cartesian_prod(points[:14], points[:14])
    tensors['points'] = points
    for arity, table in ((1, UNARY), (2, BINARY)):
        for name, function in table.items():
            operands = [x.clone().requires_grad_() for x in ([points] if arity == 1 else pairs.T)]
            y = function(*operands)
            tensors[f'{name}/value'] = y
            for i, first in enumerate(gradients(y, operands)):
                tensors[f'{name}/first{i}'] = first
                tensors[f'{name}/second{i}'] = sum(gradients(first, operands))
    write('functions', tensors)


if __name__ == '__main__':
    torch.set_num_threads(1)
    functions()
    layers()
    losses()
    trajectories()
    networks()
    batch_norm()
