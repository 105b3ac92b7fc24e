"""The two small networks: a PicoDet-style detector and a PP-LCNet-style classifier."""
import torch
from torch import nn

from preprocess import CLASSIFIER_SIDE, DETECTOR_SIDE, MEAN, STD

STRIDES = (8, 16, 32, 64)
BINS = 8


def conv_block(inputs, outputs, kernel=1, stride=1, groups=1):
    """Convolution, batch norm and hard-swish."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
                         nn.BatchNorm2d(outputs), nn.Hardswish())


class SqueezeExcite(nn.Module):
    """Scales each channel by a gate computed from the whole picture."""

    def __init__(self, channels):
        super().__init__()
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, channels // 4, 1), nn.ReLU(),
                                  nn.Conv2d(channels // 4, channels, 1), nn.Hardsigmoid())

    def forward(self, x):
        return x * self.gate(x)


def separable(inputs, outputs, kernel=3, stride=1, squeeze=False):
    """Depthwise then pointwise convolution, with squeeze-excite in between if asked for."""
    gate = [SqueezeExcite(inputs)] if squeeze else []
    return nn.Sequential(conv_block(inputs, inputs, kernel, stride, inputs), *gate, conv_block(inputs, outputs))


class Head(nn.Module):
    """Class logit and box logits of the cells of one level."""

    def __init__(self, channels, stride):
        super().__init__()
        self.cells = (DETECTOR_SIDE // stride) ** 2
        self.tower = nn.Sequential(separable(channels, channels, 5), separable(channels, channels, 5))
        self.score = nn.Conv2d(channels, 1, 1)
        self.sides = nn.Conv2d(channels, 4 * BINS, 1)
        nn.init.constant_(self.score.bias, -4.0)

    def forward(self, x):
        x = self.tower(x)
        return self.by_cell(self.score(x), 1), self.by_cell(self.sides(x), 4 * BINS)

    def by_cell(self, x, channels):
        """[b,c,h,w] to [b,h*w,c]."""
        return x.permute(0, 2, 3, 1).reshape(-1, self.cells, channels)


class Detector(nn.Module):
    """One-class detector; returns four logit maps [b,n,1] and four box maps [b,n,32]."""

    def __init__(self, width=32):
        super().__init__()
        self.stem = nn.Sequential(conv_block(3, 12, 3, 2), separable(12, 24, 3, 2))
        self.stage8 = nn.Sequential(separable(24, 48, 3, 2), separable(48, 48))
        self.stage16 = nn.Sequential(separable(48, 96, 3, 2), separable(96, 96, 5), separable(96, 96, 5))
        self.stage32 = nn.Sequential(separable(96, 128, 5, 2), separable(128, 128, 5))
        self.reduce = nn.ModuleList(conv_block(channels, width) for channels in (48, 96, 128))
        self.merge = nn.ModuleList(separable(width, width, 5) for _ in range(2))
        self.stage64 = separable(width, width, 5, 2)
        self.enlarge = nn.Upsample(scale_factor=2)
        self.heads = nn.ModuleList(Head(width, stride) for stride in STRIDES)

    def forward(self, image):
        c8 = self.stage8(self.stem(image))
        c16 = self.stage16(c8)
        p8, p16, p32 = (reduce(x) for reduce, x in zip(self.reduce, (c8, c16, self.stage32(c16))))
        p16 = self.merge[0](p16 + self.enlarge(p32))
        p8 = self.merge[1](p8 + self.enlarge(p16))
        outputs = [head(x) for head, x in zip(self.heads, (p8, p16, p32, self.stage64(p32)))]
        return [score for score, _ in outputs], [sides for _, sides in outputs]


class ExportedDetector(nn.Module):
    """The detector as it is exported: sigmoid scores, then box logits, as eight outputs."""

    def __init__(self, detector):
        super().__init__()
        self.detector = detector

    def forward(self, image):
        scores, sides = self.detector(image)
        return (*(score.sigmoid() for score in scores), *sides)


class Classifier(nn.Module):
    """Ten-class classifier of 64x64 crops; returns logits."""

    def __init__(self, classes=10):
        super().__init__()
        self.features = nn.Sequential(
            conv_block(3, 16, 3, 2), separable(16, 32), separable(32, 64, 3, 2), separable(64, 64),
            separable(64, 128, 3, 2), separable(128, 128, 5), separable(128, 128, 5), separable(128, 128, 5),
            separable(128, 192, 5, 2, squeeze=True), separable(192, 192, 5, squeeze=True))
        self.top = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(192, 256, 1), nn.Hardswish(), nn.Flatten(),
                                 nn.Dropout(0.2), nn.Linear(256, classes))

    def forward(self, crops):
        return self.top(self.features(crops))


class ExportedClassifier(nn.Module):
    """The classifier as it is exported, with softmax."""

    def __init__(self, classifier):
        super().__init__()
        self.classifier = classifier

    def forward(self, crops):
        return self.classifier(crops).softmax(dim=1)


def export_onnx(model, example, path, output_names, input_name, dynamic_axes=None):
    """Writes the model in opset 14 with batch norms folded and weights kept out of the inputs."""
    model.eval()
    torch.onnx.export(model, example, path, opset_version=14, input_names=[input_name], output_names=output_names,
                      dynamic_axes=dynamic_axes, keep_initializers_as_inputs=False)


def export_detector(detector, path):
    """Writes the detector with a fixed batch of one."""
    names = [f"{kind}_{stride}" for kind in ("cls", "box") for stride in STRIDES]
    export_onnx(ExportedDetector(detector), torch.zeros(1, 3, DETECTOR_SIDE, DETECTOR_SIDE), path, names, "image")


def export_classifier(classifier, path):
    """Writes the classifier with a free batch size."""
    export_onnx(ExportedClassifier(classifier), torch.zeros(2, 3, CLASSIFIER_SIDE, CLASSIFIER_SIDE), path, ["output"], "input",
                {"input": {0: "N"}, "output": {0: "N"}})


def normalised(pictures):
    """Float input [b,3,h,w] from uint8 BGR pictures [b,h,w,3]."""
    rgb = pictures.permute(0, 3, 1, 2).flip(1).float()
    return (rgb - torch.from_numpy(MEAN).view(1, 3, 1, 1)) / torch.from_numpy(STD).view(1, 3, 1, 1)


def light_jitter(pictures, generator):
    """Random gain and offset a picture and channel, on normalised pictures."""
    shape = (len(pictures), 1, 1, 1)
    gain = 1 + 0.15 * (torch.rand(shape, generator=generator) * 2 - 1)
    offset = 0.15 * (torch.rand((len(pictures), 3, 1, 1), generator=generator) * 2 - 1)
    return pictures * gain + offset
