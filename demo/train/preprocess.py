"""How a picture becomes network input; the same for both networks."""
import cv2
import numpy as np

MEAN = np.array([123.675, 116.28, 103.53], np.float32)
STD = np.array([58.395, 57.12, 57.375], np.float32)
DETECTOR_SIDE = 320
CLASSIFIER_SIDE = 64


def resized(picture, side):
    """The picture stretched to a square, without keeping its shape."""
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_LINEAR)


def network_input(picture, side):
    """[1,3,side,side] float32 from a BGR picture of any size: stretched, RGB, normalised."""
    rgb = cv2.cvtColor(resized(picture, side), cv2.COLOR_BGR2RGB).astype(np.float32)
    return np.ascontiguousarray(((rgb - MEAN) / STD).transpose(2, 0, 1)[None])
