using System.CommandLine;
using ActorPipeline.Bench.Accuracy;
using ActorPipeline.Bench.BeltPictures;
using ActorPipeline.Bench.Crops;
using ActorPipeline.Bench.Engines;
using ActorPipeline.Bench.Memory;
using ActorPipeline.Bench.TextLines;

namespace ActorPipeline.Bench.Commands;

/// <summary>What models and their engines cost and are worth.</summary>
internal static class ModelCommands
{
    /// <summary>All of them.</summary>
    public static Command[] All() => [Accuracy(), Models(), ModelsOne(), Engines(), EnginesHeld(), Shared(), Lines(), Crops(), BeltPicturesBench.Command()];

    private static Command Accuracy()
    {
        var json = BenchOptions.Json();
        var command = new Command("accuracy", "mAP of PicoDet-S on coco_cc/val, as exported and as an engine: map, ap50, map_change.") { json };
        command.SetAction(parsed => AccuracyBench.Run().Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Models()
    {
        var json = BenchOptions.Json();
        var command = new Command("models", "What one model costs, with and without arena, plain and prepared: each in a process of its own.") { json };
        command.SetAction(parsed => ModelsBench.Run(parsed.GetValue(json)));
        return command;
    }

    private static Command ModelsOne()
    {
        var model = new Option<string>("--model") { Required = true };
        var (arena, mapLarge, cache) = (new Option<bool>("--arena"), new Option<bool>("--map-large"), new Option<string?>("--cache"));
        var command = new Command(ModelsBench.One, "What models starts for each.") { model, arena, mapLarge, cache };
        command.Hidden = true;
        command.SetAction(parsed => ModelsBench.RunOne(parsed.GetValue(model)!, parsed.GetValue(arena), parsed.GetValue(mapLarge), parsed.GetValue(cache)));
        return command;
    }

    private static Command Engines()
    {
        var (json, rounds) = (BenchOptions.Json(), BenchOptions.Rounds());
        var command = new Command("engines", "Engines against exported models: picodet_over_plain, lcnet_over_plain, loads, anon_over_plain, swap_ms.") { json, rounds };
        command.SetAction(parsed => EnginesBench.Run(parsed.GetValue(rounds)).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command EnginesHeld()
    {
        var (engines, cache) = (new Option<bool>("--engines"), new Option<string?>("--cache"));
        var command = new Command(HeldMemory.Command, "What engines starts to measure memory.") { engines, cache };
        command.Hidden = true;
        command.SetAction(parsed => HeldMemory.Print(parsed.GetValue(engines), parsed.GetValue(cache)!));
        return command;
    }

    private static Command Shared()
    {
        var (json, rounds) = (BenchOptions.Json(), BenchOptions.Rounds());
        var command = new Command("shared", "Three classifiers on one backbone, apart and merged: weights_over_alone, merged_over_apart.") { json, rounds };
        command.SetAction(parsed => SharedBench.Run(parsed.GetValue(rounds)).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Lines()
    {
        var json = BenchOptions.Json();
        var folder = new Option<string>("--out") { Required = true, Description = "Where they go: a folder that is empty or does not exist." };
        var count = new Option<int>("--count") { Description = "How many, half of them upside down.", DefaultValueFactory = _ => 400 };
        var seed = new Option<int>("--seed") { Description = $"0 to {LineTexts.Seeds - 1}: sets of different seeds share no text.", DefaultValueFactory = _ => 0 };
        count.Validators.Add(given => { if (given.GetValueOrDefault<int>() < 2) given.AddError("--count is at least 2."); });
        seed.Validators.Add(given => { if (given.GetValueOrDefault<int>() is < 0 or >= LineTexts.Seeds) given.AddError($"--seed is 0 to {LineTexts.Seeds - 1}."); });
        var command = new Command("textlines", "Renders text lines by their orientation, to calibrate and evaluate on: top1 of the float model.") { json, folder, count, seed };
        command.SetAction(parsed => TextLinesBench.Run(parsed.GetValue(folder)!, parsed.GetValue(count), parsed.GetValue(seed)).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Crops()
    {
        var json = BenchOptions.Json();
        var folder = new Option<string>("--out") { Required = true, Description = "Where they go: a folder that is empty or does not exist; the list of their classes goes beside it." };
        var set = new Option<string>("--set") { Required = true, Description = "calib or val: which of coco_cc's pictures." }.AcceptOnlyFromAmong("calib", "val");
        var views = new Option<int>("--views") { Description = $"How often each object is shown, cut wider and mirrored: 1 to {CropSet.MostViews}.", DefaultValueFactory = _ => 4 };
        views.Validators.Add(given => { if (given.GetValueOrDefault<int>() is < 1 or > CropSet.MostViews) given.AddError($"--views is 1 to {CropSet.MostViews}."); });
        var command = new Command("crops", "Cuts crops out of annotated pictures, with the ImageNet classes that are right for them: top1 of the float SqueezeNet.") { json, folder, set, views };
        command.SetAction(parsed => CropsBench.Run(parsed.GetValue(folder)!, parsed.GetValue(set)!, parsed.GetValue(views)).Print(parsed.GetValue(json)));
        return command;
    }
}
