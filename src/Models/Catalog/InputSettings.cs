namespace ActorPipeline.Catalog;

/// <summary>Order of the colour channels a model expects.</summary>
public enum ChannelOrder
{
    /// <summary>Red first.</summary>
    Rgb,

    /// <summary>Blue first.</summary>
    Bgr,
}

/// <summary>How a picture is fitted into a model's input.</summary>
public enum ResizeMode
{
    /// <summary>Stretched to the input's size.</summary>
    Stretch,

    /// <summary>Scaled with its proportions kept, top left, the rest filled with grey 114.</summary>
    Letterbox,

    /// <summary>As high as the input, as wide as its proportions make it and at most as the input, to the left, the rest filled with grey 127: lines of text.</summary>
    Line,
}

/// <summary>How pixels (0..255) become a model's input: (value - mean) / std for each channel, in the model's channel order.</summary>
public sealed record InputSettings
{
    /// <summary>ImageNet's mean on the 0..255 scale, red first.</summary>
    public static readonly IReadOnlyList<float> ImageNetMean = [123.675f, 116.28f, 103.53f];

    /// <summary>ImageNet's standard deviation on the 0..255 scale, red first.</summary>
    public static readonly IReadOnlyList<float> ImageNetStd = [58.395f, 57.12f, 57.375f];

    /// <summary>Channel order of the model's input.</summary>
    public ChannelOrder Channels { get; init; } = ChannelOrder.Rgb;

    /// <summary>Subtracted from each channel, in <see cref="Channels"/> order, on the 0..255 scale. Three values.</summary>
    public IReadOnlyList<float> Mean { get; init; } = ImageNetMean;

    /// <summary>Divides each channel, in <see cref="Channels"/> order. Three values, none zero.</summary>
    public IReadOnlyList<float> Std { get; init; } = ImageNetStd;

    /// <value>Pixels across the input of a model that leaves them free; null where the model says. 1 to 8192. Default null.</value>
    public int? Width { get; init; }

    /// <value>Pixels down the input of a model that leaves them free; null where the model says. 1 to 8192. Default null.</value>
    public int? Height { get; init; }

    /// <summary>How a picture is fitted into the input.</summary>
    public ResizeMode Resize { get; init; } = ResizeMode.Stretch;

    /// <summary>What a kind's models are usually trained with.</summary>
    public static InputSettings DefaultFor(ModelKind kind) => kind switch
    {
        ModelKind.Yolox => new InputSettings { Channels = ChannelOrder.Bgr, Mean = [0, 0, 0], Std = [1, 1, 1], Resize = ResizeMode.Letterbox },
        ModelKind.Yolov5 or ModelKind.Yolov8 => new InputSettings { Mean = [0, 0, 0], Std = [255, 255, 255], Resize = ResizeMode.Letterbox },
        ModelKind.Ssd => new InputSettings { Mean = [127.5f, 127.5f, 127.5f], Std = [127.5f, 127.5f, 127.5f] },
        ModelKind.Db => new InputSettings { Resize = ResizeMode.Letterbox },
        ModelKind.Ctc => new InputSettings { Channels = ChannelOrder.Bgr, Mean = [127.5f, 127.5f, 127.5f], Std = [127.5f, 127.5f, 127.5f], Resize = ResizeMode.Line },
        _ => new InputSettings(),
    };
}
