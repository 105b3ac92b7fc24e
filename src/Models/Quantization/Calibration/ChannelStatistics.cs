namespace ActorPipeline.Quantization;

/// <summary>What was seen of each channel of one activation [1,C,...]: how large its numbers get, and their mean.</summary>
/// <param name="channels">C.</param>
internal sealed class ChannelStatistics(int channels)
{
    private readonly float[] _largest = new float[channels];
    private readonly double[] _sums = new double[channels];
    private long _each;

    /// <summary>The largest magnitude of each channel.</summary>
    public IReadOnlyList<float> Largest => _largest;

    /// <summary>The mean of each channel; zeros before anything was seen.</summary>
    public float[] Means => [.. _sums.Select(s => (float)(s / Math.Max(1, _each)))];

    /// <summary>Sees one picture's.</summary>
    /// <param name="values">Channel after channel, the same number of each.</param>
    public void See(ReadOnlySpan<float> values)
    {
        var each = values.Length / channels;
        for (var c = 0; c < channels; c++)
        {
            float largest = 0, sum = 0;
            foreach (var value in values.Slice(c * each, each))
            {
                largest = Math.Max(largest, Math.Abs(value));
                sum += value;
            }
            _largest[c] = Math.Max(_largest[c], largest);
            _sums[c] += sum;
        }
        _each += each;
    }
}
