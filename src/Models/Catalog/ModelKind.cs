namespace ActorPipeline.Catalog;

/// <summary>How a model's tensors are to be read.</summary>
public enum ModelKind
{
    /// <summary>PicoDet: class maps (sigmoid done) and box maps (distribution focal loss) at strides 8, 16, 32, 64.</summary>
    PicoDet,

    /// <summary>YOLOX: one output of [1, N, 5 + classes], grid decoding outside the graph.</summary>
    Yolox,

    /// <summary>YOLOv5-style: one output of [1, N, 5 + classes], boxes as centre and size in input pixels, an objectness, decoded in the graph.</summary>
    Yolov5,

    /// <summary>YOLOv8- and YOLO11-style: one output of [1, 4 + classes, N], boxes as centre and size in input pixels, no objectness.</summary>
    Yolov8,

    /// <summary>SSD with its suppression in the graph: boxes with corners from 0 to 1, scores, class numbers, and with TensorFlow a count.</summary>
    Ssd,

    /// <summary>Text detection by differentiable binarization (DB): a map of how probable text is at each pixel.</summary>
    Db,

    /// <summary>Text recognition by connectionist temporal classification (CTC): at each step along a line a score for each character, and for none.</summary>
    Ctc,

    /// <summary>A score for each class.</summary>
    Classification,
}
