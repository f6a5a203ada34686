"""Typical wrong answers to the exercises of lesson 17."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def logit(p):
    return np.log(p / (1 - p))


def gated_unit(swap=False, after=False, full=False, turned=False, shape=lambda states: states):
    """The minimal gated unit, with mistakes to choose from."""

    def answer(x, kernel, recurrent_kernel, bias):
        units = len(recurrent_kernel)
        h, states = np.zeros((len(x), units)), []
        for t in range(x.shape[1]):
            from_x, from_h = np.split(x[:, t] @ kernel + bias, 2, axis=1), np.split(h @ recurrent_kernel, 2, axis=1)
            gate, candidate = (1, 0) if swap else (0, 1)
            f = sigmoid(from_x[gate] + from_h[gate])
            kernel_of_candidate = np.split(recurrent_kernel, 2, axis=1)[candidate]
            seen = f * from_h[candidate] if after else (h if full else f * h) @ kernel_of_candidate
            g = np.tanh(from_x[candidate] + seen)
            h = f * h + (1 - f) * g if turned else (1 - f) * h + f * g
            states.append(h)
        return shape(np.stack(states, axis=1))

    return answer


def register(input_of_mark=40.0, forget_of_mark=-40.0, value=1.0, closed=-20.0, open_=20.0):
    """The LSTM that is programmed by hand, with other numbers."""

    def answer():
        kernel = np.array([[0.0, 0.0, value, 0.0], [input_of_mark, forget_of_mark, 0.0, 0.0]])
        return kernel, np.zeros((1, 4)), np.array([closed, open_, 0.0, 0.0])

    return answer


def leaky(slope_share=True, tanh_slope=True, leak_back=True, kernel_back=True, summed=True, of_state=False):
    """The gradients of the leaky layer, with mistakes to choose from."""

    def answer(x, kernel, recurrent_kernel, bias, leak, final_gradient):
        h, bends = [np.zeros((len(x), len(recurrent_kernel)))], []
        for t in range(x.shape[1]):
            bends.append(np.tanh(x[:, t] @ kernel + h[t] @ recurrent_kernel + bias))
            h.append(leak * h[t] + (1 - leak) * bends[t])
        gradients = [np.zeros(w.shape) for w in (kernel, recurrent_kernel, bias)]
        dh = final_gradient
        for t in reversed(range(x.shape[1])):
            into = dh * (1 - leak if slope_share else 1)
            if tanh_slope:
                into = into * (1 - (h[t + 1] if of_state else bends[t]) ** 2)
            uses = x[:, t].T @ into, h[t].T @ into, into.sum(axis=0)
            gradients = [a + b if summed else b for a, b in zip(gradients, uses, strict=True)]
            dh = (leak * dh if leak_back else 0) + (into @ recurrent_kernel.T if kernel_back else 0)
        return tuple(gradients)

    return answer


WRONG = {
    "forget_bias_for": [
        (lambda half_life: 0.5 ** (1 / half_life), "where the gate has to stand"),
        (lambda half_life: -logit(0.5 ** (1 / half_life)), "The sign is wrong"),
        (lambda half_life: np.log(max(half_life - 1, 1e-3)), "leaves about 1/e"),
        (lambda half_life: logit(0.5**half_life), "How much does one step leave"),
        (lambda half_life: np.log(half_life), "is left after them"),
        (lambda half_life: 1.0, "Half after a single step"),
    ],
    "minimal_gated_unit": [
        (gated_unit(swap=True), "columns come first"),
        (gated_unit(after=True), "before the recurrent kernel does"),
        (gated_unit(full=True), "it should see f · h"),
        (gated_unit(turned=True), "how much is written"),
        (gated_unit(shape=lambda states: states[:, -1]), "That is the last state"),
        (gated_unit(shape=lambda states: states.swapaxes(0, 1)), "Time comes second"),
        (
            gated_unit(shape=lambda states: np.concatenate([0 * states[:, :1], states], axis=1)),
            "before the first step",
        ),
    ],
    "register_weights": [
        (register(value=0.0), "take over tanh(value)"),
        (register(value=-1.0), "take over tanh(value)"),
        (register(closed=20.0), "Without a mark"),
        (register(open_=-20.0), "Without a mark"),
        (register(20.0, -20.0, 1.0, -7.0, 7.0), "drifts away"),
        (register(forget_of_mark=0.0), "does not replace"),
        (lambda: (np.zeros((2, 4)), np.zeros((1, 4))), "Return three arrays"),
        (lambda: (np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4)), "should have the shape"),
    ],
    "leaky_gradients": [
        (leaky(tanh_slope=False), "a dense layer with tanh"),
        (leaky(slope_share=False), "factor 1 − leak"),
        (leaky(of_state=True), "factor 1 − leak"),
        (leaky(summed=False), "Only the first step counts"),
        (leaky(kernel_back=False), "Only the last step counts"),
        (leaky(leak_back=False), "straight through the leak"),
        (lambda *arguments: leaky()(*arguments)[0], "Return three arrays"),
    ],
}
