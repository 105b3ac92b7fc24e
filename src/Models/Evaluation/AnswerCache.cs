using System.Runtime.CompilerServices;

namespace ActorPipeline.Evaluation;

/// <summary>Keeps what a metric found out about a list of answers for as long as somebody keeps the list: a bootstrap asks a thousand times.</summary>
/// <param name="make">Finds it out.</param>
internal sealed class AnswerCache<T>(Func<IReadOnlyList<Answer>, T> make)
    where T : class
{
    private readonly ConditionalWeakTable<IReadOnlyList<Answer>, T> _kept = [];

    /// <summary>What was found out about this very list.</summary>
    public T Of(IReadOnlyList<Answer> answers) => _kept.GetValue(answers, a => make(a));
}
