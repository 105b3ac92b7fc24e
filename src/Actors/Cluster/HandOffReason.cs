namespace ActorPipeline.Cluster;

/// <summary>The words for how a batch ended that are counted. What a neighbour says beside them counts as one more: nobody else chooses what is counted here. Pure.</summary>
internal static class HandOffReason
{
    /// <summary>What stands for every other word.</summary>
    public const string Other = "neighbour-failed";

    /// <summary>The word, or the one that stands for it.</summary>
    /// <param name="word">What a neighbour says.</param>
    public static string Of(string word) => word is "full" or "late" or "other-model" or "not-held" or "void" or "leaving" or "damaged"
        or "run-timeout" or "run-failed" or "model-failed" or "lane-lost" or "board-lost" or "withdrawn" ? word : Other;
}
