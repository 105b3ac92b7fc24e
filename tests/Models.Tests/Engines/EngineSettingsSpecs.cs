using ActorPipeline.Catalog;

namespace ActorPipeline.Engines;

public sealed class EngineSettingsSpecs
{
    private static readonly Func<string, string?> Environment = name => name == FootprintFolder.Variable ? "/cache" : null;

    [Fact]
    public void Should_keep_engines_in_the_users_cache_when_nothing_is_said() => Assert.Equal("/cache/engines", new EngineSettings().FolderPath(Environment));

    [Fact]
    public void Should_keep_engines_where_it_is_told_when_a_folder_is_named() =>
        Assert.Equal(Path.GetFullPath("here"), new EngineSettings { Folder = "here" }.FolderPath(Environment));

    [Fact]
    public void Should_keep_none_when_they_are_switched_off() => Assert.Null(new EngineSettings { Enabled = false, Folder = "here" }.FolderPath(Environment));
}
