namespace ActorPipeline.Inference;

/// <summary>What kinds of failure mean.</summary>
public static class LoadFailures
{
    /// <summary>Whether the model, or what it asks of this machine, is at fault: trying again will not help.</summary>
    public static bool IsBadModel(this LoadFailure failure) => failure is
        LoadFailure.FileMissing or LoadFailure.NotAModel or LoadFailure.WrongShape or LoadFailure.WrongLabels or LoadFailure.NoProvider or LoadFailure.NativeLibrary;
}
