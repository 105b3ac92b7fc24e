using System.Diagnostics;
using System.IO.Compression;

namespace ActorPipeline.Operations;

/// <summary>The packages, packed and used by a program of another folder from a feed that has nothing else.</summary>
public sealed class PackageSpecs : IDisposable
{
    private static readonly string[] Packages = ["ActorPipeline.Actors", "ActorPipeline.Models"];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_be_all_that_a_program_needs_when_it_loads_a_model()
    {
        var feed = Directory.CreateDirectory(_folder.File("feed")).FullName;
        foreach (var project in Packages)
            await DotnetAsync(ShareFiles.Root, "pack", $"src/{project["ActorPipeline.".Length..]}", "-c", "Release", "--no-build", "--nologo", "-o", feed);
        foreach (var package in Packages) AssertPackage(feed, package);

        var output = await ConsumeAsync(feed);

        Assert.Contains("loaded detector on Cpu under 64.0 MiB", output, StringComparison.Ordinal);
    }

    private static void AssertPackage(string feed, string name)
    {
        using var package = ZipFile.OpenRead(Directory.GetFiles(feed, $"{name}.*.nupkg").Single());
        var files = package.Entries.Select(e => e.FullName).ToArray();
        Assert.Contains($"lib/net10.0/{name}.dll", files);
        Assert.Contains($"lib/net10.0/{name}.xml", files);
        Assert.Contains("README.md", files);
        using var symbols = ZipFile.OpenRead(Directory.GetFiles(feed, $"{name}.*.snupkg").Single());
        Assert.Contains($"lib/net10.0/{name}.pdb", symbols.Entries.Select(e => e.FullName));
    }

    /// <summary>Builds and runs a program that knows the packages alone.</summary>
    /// <returns>What it said.</returns>
    private async Task<string> ConsumeAsync(string feed)
    {
        var program = Directory.CreateDirectory(_folder.File("program")).FullName;
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        // What the repository itself was built with is there already; of the packages themselves nothing may come from anywhere but the feed.
        await File.WriteAllTextAsync(Path.Combine(program, "nuget.config"), $"<configuration><packageSources><clear/><add key=\"feed\" value=\"{feed}\"/></packageSources></configuration>");
        await File.WriteAllTextAsync(Path.Combine(program, "Program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestorePackagesPath>{_folder.File("packages")}</RestorePackagesPath>
                <RestoreFallbackFolders>{packages}</RestoreFallbackFolders>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="ActorPipeline.Actors" Version="*" /></ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(program, "Program.cs"), $$"""
            using ActorPipeline.Catalog;
            using ActorPipeline.Hosting;
            using ActorPipeline.Hosting.Configuration;

            var text = "actor-pipeline { memory.budget = 64 MiB, models.detector { path = detector.onnx, kind = picodet } }";
            var read = ActorPipelineConfiguration.Read(text, "program", _ => null, baseDirectory: "{{Path.Combine(ShareFiles.Root, "demo")}}");
            foreach (var error in read.Errors) Console.WriteLine(error);
            var parts = ActorPipelineParts.Product(TimeProvider.System, "out");
            using var model = parts.Runtime.Load(read.Settings!.Models[new ModelId("detector")], CancellationToken.None);
            Console.WriteLine($"loaded {model.Card.Id} on {model.Report.Provider} under {read.Settings.Memory.Budget}");
            """);
        return await DotnetAsync(program, "run");
    }

    private static async Task<string> DotnetAsync(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(bound.Token), process.StandardError.ReadToEndAsync(bound.Token));
        await process.WaitForExitAsync(bound.Token);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{await output}\n{await error}");
        return await output;
    }
}
