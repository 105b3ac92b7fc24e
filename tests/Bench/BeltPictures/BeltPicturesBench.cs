using System.CommandLine;

namespace ActorPipeline.Bench.BeltPictures;

/// <summary><c>beltpictures</c>: pictures from films of the demo's belts, to quantise its two models on.</summary>
internal static class BeltPicturesBench
{
    // An item crosses the frame in 64 frames on the slower belt: so far apart no item is seen twice.
    private const int Apart = 65;

    public static Command Command()
    {
        var json = BenchOptions.Json();
        var films = new Option<string[]>("--film") { Required = true, AllowMultipleArgumentsPerToken = true, Description = "Films, each with what it shows in a .truth.json beside it." };
        var folder = new Option<string>("--out") { Required = true, Description = "Where frames, frames.json and crops go: a folder that is empty or does not exist." };
        var every = new Option<int>("--every") { Description = "Of so many frames one is taken.", DefaultValueFactory = _ => Apart };
        every.Validators.Add(given => { if (given.GetValueOrDefault<int>() < 1) given.AddError("--every is at least 1."); });
        var command = new Command("beltpictures", "Frames and crops from films of the demo's belts, to calibrate and evaluate on: frames, crops.") { json, films, folder, every };
        command.SetAction(parsed => Run(parsed.GetValue(films)!, parsed.GetValue(folder)!, parsed.GetValue(every)).Print(parsed.GetValue(json)));
        return command;
    }

    private static BenchReport Run(string[] films, string folder, int every)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()) throw new IOException($"Folder '{folder}' is not empty.");
        var set = new BeltPictureSet(folder);
        for (var i = 0; i < films.Length; i++) set.Add(films[i], every, $"film{i + 1:00}");
        set.WriteTruth("item");
        return new BenchReport("beltpictures").Add("frames", set.Frames, $"for the detector, from {films.Length} films, in {folder}").Add("crops", set.Crops, "for the classifier, by true boxes");
    }
}
