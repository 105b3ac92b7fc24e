namespace ActorPipeline.Tracking;

/// <summary>
/// A Kalman filter over one quantity that changes at a nearly constant rate. ByteTrack's filter has eight dimensions (four quantities
/// and their rates), but its noise never couples two of the quantities: four of these are exactly the same filter, without a matrix.
/// </summary>
/// <remarks>Predicting twice is the same as predicting once over both times: that is what lets frames be missing.</remarks>
internal struct AxisFilter
{
    // ByteTrack gives its noise for each frame of video at 30 a second, in parts of the object's size: 1/20 for a value, 1/160 for a rate.
    private const float NominalRate = 30;
    private const float Measured = 1f / 20;
    private const float Drift = 1f / 20;
    private const float RateDrift = 1f / 160;

    private float _valueVariance;
    private float _covariance;
    private float _rateVariance;

    /// <summary>The estimate, in pixels.</summary>
    public float Value { get; private set; }

    /// <summary>Its rate, in pixels a second.</summary>
    public float Rate { get; private set; }

    /// <summary>Begins with a first measurement.</summary>
    /// <param name="value">In pixels.</param>
    /// <param name="size">The object's size in pixels along this axis: noise is a part of it.</param>
    public static AxisFilter At(float value, float size) => new()
    {
        Value = value,
        _valueVariance = Square(2 * Measured * size),
        _rateVariance = Square(10 * RateDrift * NominalRate * size),
    };

    /// <summary>Where the value will be after so many seconds.</summary>
    public readonly float After(float seconds) => Value + (Rate * seconds);

    /// <summary>Lets time pass.</summary>
    public void Predict(float seconds, float size)
    {
        var drift = Square(Drift * size) * NominalRate;
        var rateDrift = Square(RateDrift * NominalRate * size) * NominalRate;
        Value += Rate * seconds;
        _valueVariance += (seconds * ((2 * _covariance) + (seconds * _rateVariance))) + (seconds * (drift + (seconds * seconds * rateDrift / 3)));
        _covariance += (seconds * _rateVariance) + (seconds * seconds * rateDrift / 2);
        _rateVariance += seconds * rateDrift;
    }

    /// <summary>Takes a measurement in.</summary>
    public void Correct(float measured, float size)
    {
        var innovation = measured - Value;
        var certainty = 1 / (_valueVariance + Square(Measured * size));
        var (gain, rateGain) = (_valueVariance * certainty, _covariance * certainty);
        Value += gain * innovation;
        Rate += rateGain * innovation;
        // All three from the values before: the rate's first, as it needs the covariance.
        _rateVariance -= rateGain * _covariance;
        _covariance -= gain * _covariance;
        _valueVariance -= gain * _valueVariance;
    }

    /// <summary>Holds the value where it is: what is not seen is not known to go on growing.</summary>
    public void Rest() => (Rate, _covariance) = (0, 0);

    private static float Square(float value) => value * value;
}
