using ActorPipeline.Catalog;
using OpenCvSharp;

namespace ActorPipeline.Decoding;

/// <summary>
/// DB: what is connected in the map of probabilities is a piece of text, shrunk; its upright box is grown again, and its score is the mean
/// of its pixels. Text that is far from level gets a box with more around it.
/// </summary>
/// <param name="inputWidth">Pixels across the input.</param>
/// <param name="inputHeight">Pixels down the input.</param>
/// <param name="settings">How the map becomes boxes.</param>
/// <param name="scoreThreshold">Pieces below this score are left out.</param>
internal sealed class DbDecoder(int inputWidth, int inputHeight, DbSettings settings, float scoreThreshold) : BoxDecoder(scoreThreshold, NoSuppression)
{
    // Pieces that are not connected are two, however near they are.
    private const float NoSuppression = 1;

    private byte[] _text = [];
    private double[] _sums = [];

    /// <summary>Reads the map.</summary>
    /// <param name="map">[height, width]: probabilities.</param>
    /// <param name="width">Pixels across it.</param>
    /// <param name="height">Pixels down it.</param>
    public unsafe void Read(ReadOnlySpan<float> map, int width, int height)
    {
        if (!Mark(map)) return;
        fixed (byte* first = _text)
        {
            using var text = Mat.FromPixelData(height, width, MatType.CV_8UC1, (IntPtr)first);
            using Mat labels = new(), stats = new(), centroids = new();
            var count = Cv2.ConnectedComponentsWithStats(text, labels, stats, centroids, PixelConnectivity.Connectivity8, MatType.CV_32S);
            Sum(map, new ReadOnlySpan<int>((void*)labels.Data, map.Length), count);
            // The first is what is no text.
            for (var piece = 1; piece < count; piece++)
            {
                var (x, y) = (stats.At<int>(piece, (int)ConnectedComponentsTypes.Left), stats.At<int>(piece, (int)ConnectedComponentsTypes.Top));
                AddPiece(
                    new Rect(x, y, stats.At<int>(piece, (int)ConnectedComponentsTypes.Width), stats.At<int>(piece, (int)ConnectedComponentsTypes.Height)),
                    stats.At<int>(piece, (int)ConnectedComponentsTypes.Area), _sums[piece], (float)inputWidth / width, (float)inputHeight / height);
            }
        }
    }

    private void AddPiece(Rect box, int pixels, double sum, float across, float down)
    {
        if (Math.Min(box.Width * across, box.Height * down) < settings.MinSize) return;
        var score = (float)(sum / pixels);
        if (!(score >= Threshold)) return;
        var grown = pixels * settings.UnclipRatio / (2f * (box.Width + box.Height));
        Add((box.Left - grown) * across, (box.Top - grown) * down, (box.Right + grown) * across, (box.Bottom + grown) * down, 0, score);
    }

    /// <summary>Marks the pixels that are text; false where there is none. NaN is none.</summary>
    private bool Mark(ReadOnlySpan<float> map)
    {
        if (_text.Length < map.Length) _text = new byte[map.Length];
        var any = false;
        for (var i = 0; i < map.Length; i++)
        {
            var isText = map[i] >= settings.Threshold;
            _text[i] = isText ? (byte)1 : (byte)0;
            any |= isText;
        }
        return any;
    }

    private void Sum(ReadOnlySpan<float> map, ReadOnlySpan<int> labels, int count)
    {
        if (_sums.Length < count) _sums = new double[count * 2];
        _sums.AsSpan(0, count).Clear();
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] != 0) _sums[labels[i]] += map[i];
    }
}
