using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

/// <summary>Has a model answer a set of pictures, on its first lane and the calling thread.</summary>
internal static class Examiner
{
    /// <summary>Classes that a classifier is asked for.</summary>
    public const int Classes = 5;

    /// <summary>A card for examining its model: average precision wants the whole curve; the threshold of a running pipeline is another matter.</summary>
    public static ModelCard CardFor(ModelCard card) => card.IsDetector
        ? card with { ScoreThreshold = Math.Min(card.ScoreThreshold, 0.02f), MaxDetections = 300 }
        : card with { Top = Classes };

    /// <summary>Gives an answer to each picture that can be read, in their order.</summary>
    /// <param name="model">A detector or a classifier.</param>
    /// <param name="pictures">The pictures; a classifier is shown whole ones.</param>
    /// <param name="cancellation">Noticed between pictures.</param>
    /// <param name="progress">Told how many are done, and of how many.</param>
    /// <param name="unreadable">Told of each that cannot be used.</param>
    /// <exception cref="EvaluationException">Not one picture can be used, or the model gave something that is no answer.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<Answer> Examine(
        ILoadedModel model, PictureSet pictures, CancellationToken cancellation, Action<int, int>? progress = null, Action<UnreadablePicture>? unreadable = null)
    {
        var ask = Question(model);
        List<Answer> answers = [];
        foreach (var picture in pictures.Read(unreadable, cancellation))
        {
            try
            {
                answers.Add(ask(picture));
            }
            catch (InvalidDataException e)
            {
                throw new EvaluationException($"Model {model.Card.Id} gave no usable answer to picture '{picture.Name}': {e.Message}", e);
            }
            progress?.Invoke(picture.Index + 1, pictures.Names.Count);
        }
        return answers;
    }

    private static Func<SetPicture, Answer> Question(ILoadedModel model)
    {
        switch (model)
        {
            case IDetector detector:
                var found = new Detection[detector.Card.MaxDetections];
                return picture => new Answer(picture.Name, found[..detector.Detect(0, picture.View, found)], []);
            case IClassifier classifier:
                var top = new Classification[Math.Max(1, Math.Min(Classes, classifier.Report.Classes))];
                return picture => new Answer(picture.Name, [], [.. top[..classifier.Classify(0, picture.View, top)].Select(t => t.ClassIndex)]);
            default:
                throw new ArgumentException($"Model {model.Card.Id} is neither a detector nor a classifier.", nameof(model));
        }
    }
}
