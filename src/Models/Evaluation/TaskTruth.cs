using ActorPipeline.Catalog;

namespace ActorPipeline.Evaluation;

/// <summary>What the pictures of a set show, in the way that a card's task wants it; or that nobody said.</summary>
internal sealed class TaskTruth
{
    private readonly ModelCard _card;
    private readonly CocoTruth? _boxes;
    private readonly ClassTruth? _classes;

    private TaskTruth(ModelCard card, PictureSet pictures, CocoTruth? boxes, ClassTruth? classes) => (_card, Pictures, _boxes, _classes) = (card, pictures, boxes, classes);

    /// <summary>The pictures that can be judged: those with a truth, or all where nobody said.</summary>
    public PictureSet Pictures { get; }

    /// <summary>Whether somebody said what they show; else a model can only be compared with the float one.</summary>
    public bool Known => _boxes is not null || _classes is not null;

    /// <summary>What a person should know of it.</summary>
    public IReadOnlyList<string> Warnings => _boxes?.Warnings ?? _classes?.Warnings ?? [];

    /// <summary>Reads the truth of a set: a COCO file for a detector, a list for a classifier, or for that the set's subfolders.</summary>
    /// <param name="card">The model.</param>
    /// <param name="pictures">The set.</param>
    /// <param name="file">The file; null where there is none.</param>
    /// <param name="labels">The model's labels.</param>
    /// <param name="classes">Classes that the model has.</param>
    /// <exception cref="EvaluationException">The file does not do.</exception>
    public static TaskTruth Read(ModelCard card, PictureSet pictures, string? file, LabelList labels, int classes)
    {
        if (card.IsDetector)
        {
            if (file is null) return new TaskTruth(card, pictures, null, null);
            var boxes = CocoTruth.Read(file, pictures.Names, labels);
            return new TaskTruth(card, pictures.Only(boxes.Boxes.ContainsKey), boxes, null);
        }
        var names = new ClassNames(labels, classes);
        if ((file is null ? ClassTruth.FromFolders(pictures.Names, names) : ClassTruth.Read(file, pictures.Names, names)) is not { } found) return new TaskTruth(card, pictures, null, null);
        return new TaskTruth(card, pictures.Only(found.Classes.ContainsKey), null, found);
    }

    /// <summary>The metrics of the task: the one that a bound is for, first, and further ones.</summary>
    /// <param name="model">The float model's answers: what others are compared with where nobody said what is right.</param>
    public IReadOnlyList<ITaskMetric> Metrics(IReadOnlyList<Answer> model)
    {
        if (_classes is not null) return [new TopAccuracy(_classes.Classes, 1), new TopAccuracy(_classes.Classes, Examiner.Classes)];
        if (_boxes is null) return [Agreement(model)];
        var precision = new MeanAveragePrecision(_boxes.Boxes);
        return [precision, precision.Ap50];
    }

    /// <summary>How often a model says what the float one says.</summary>
    /// <param name="model">The float model's answers.</param>
    public ITaskMetric Agreement(IReadOnlyList<Answer> model) => _card.IsDetector ? new DetectionAgreement(model, _card.ScoreThreshold) : new ClassAgreement(model);
}
