namespace ActorPipeline.Hosting.Pulling;

/// <summary>An answer whose body is still to be read.</summary>
/// <param name="response">Its head.</param>
/// <param name="bound">How long it may say nothing; goes with the answer.</param>
internal sealed class PullAnswer(HttpResponseMessage response, IdleBound bound) : IDisposable
{
    private Stream? _body;

    /// <summary>Its head.</summary>
    public HttpResponseMessage Response => response;

    /// <summary>Reads on.</summary>
    /// <returns>How many bytes came; zero at the end.</returns>
    /// <exception cref="CutOffException">It broke off, or nothing comes.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer) => bound.WithinAsync(async token =>
    {
        _body ??= await response.Content.ReadAsStreamAsync(token);
        return await _body.ReadAsync(buffer, token);
    });

    public void Dispose()
    {
        response.Dispose();
        bound.Dispose();
    }
}
