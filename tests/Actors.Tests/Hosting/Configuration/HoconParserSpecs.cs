using ActorPipeline.Hosting.Configuration;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class HoconParserSpecs
{
    [Theory]
    [InlineData("a = 1", "1")]
    [InlineData("a : 1", "1")]
    [InlineData("a=1", "1")]
    [InlineData("a = -1.5e+3", "-1.5e+3")]
    [InlineData("a = true # comment", "true")]
    [InlineData("a = text // comment", "text")]
    [InlineData("a = two words  ", "two words")]
    [InlineData("a = 64 MiB", "64 MiB")]
    [InlineData("a = one\"two\" three", "onetwo three")]
    [InlineData("a = \"# no // comment\"", "# no // comment")]
    [InlineData("a = \"q\\\" b\\\\ s\\/ n\\n t\\t u\\u00e9\"", "q\" b\\ s/ n\n t\t ué")]
    [InlineData("a = \"\"\"raw \\n \"quoted\" \"\"\"", "raw \\n \"quoted\" ")]
    [InlineData("a = \"\"\"two\nlines\"\"\"", "two\nlines")]
    [InlineData("a = \"\"\"end\"\"\"\"", "end\"")]
    [InlineData("\"a\" = x", "x")]
    [InlineData("{ \"a\" : \"x\" }", "x")]
    [InlineData("\uFEFFa = x", "x")]
    [InlineData("a = 1\r\n", "1")]
    [InlineData("a = 1, b = 2", "1")]
    [InlineData("a = 1\na = 2", "2")]
    [InlineData("a { b = 1 }\na = 2", "2")]
    [InlineData("a = 2\n\n// the end", "2")]
    public void Should_read_a_value_when_it_is_written_in_this_form(string text, string expected) =>
        Assert.Equal(expected, Given.Tree(text).Text("a"));

    [Theory]
    [InlineData("a { b { c = 1 } }")]
    [InlineData("a.b.c = 1")]
    [InlineData("a.b { c = 1 }")]
    [InlineData("a.\"b\".c = 1")]
    [InlineData("a\n{\n  b = {\n c = 1\n }\n}")]
    [InlineData("a =\n{ b { c : 1 } }")]
    [InlineData("a { b { c = 2 } }, a { b { c = 1 } }")]
    [InlineData("a { x = 1 } { b { c = 1 } }")]
    public void Should_read_nested_keys_when_they_are_written_in_this_form(string text) =>
        Assert.Equal("1", Given.Tree(text).Text("a.b.c"));

    [Theory]
    [InlineData("a = [1, 2, 3]")]
    [InlineData("a = [1\n2\n3]")]
    [InlineData("a = [\n 1,\n 2\n # comment\n 3,\n]")]
    [InlineData("a =\n[ 1, 2, 3 ]")]
    [InlineData("a = [1] [2, 3]")]
    public void Should_read_a_list_when_commas_or_lines_divide_it(string text) =>
        Assert.Equal(["1", "2", "3"], Given.Tree(text).Texts("a"));

    [Fact]
    public void Should_merge_objects_and_keep_neighbours_when_a_key_comes_again()
    {
        var tree = Given.Tree("a { x = 1, y { p = 1 } }\na { y { q = 2 } }\na.x = 3");

        Assert.Equal(("3", "1", "2"), (tree.Text("a.x"), tree.Text("a.y.p"), tree.Text("a.y.q")));
    }

    [Fact]
    public void Should_keep_dots_in_a_key_when_it_is_quoted() =>
        Assert.Equal("1", ((HoconScalar)Given.Tree("\"a.b\" = 1").Fields["a.b"].Value).Text);

    [Fact]
    public void Should_tell_null_from_the_text_null_when_one_is_quoted()
    {
        var tree = Given.Tree("a = null, b = \"null\"");

        Assert.True(((HoconScalar)tree.At("a")!).IsNull);
        Assert.False(((HoconScalar)tree.At("b")!).IsNull);
    }

    [Fact]
    public void Should_know_line_and_column_of_keys_and_values_when_lines_and_strings_span_them()
    {
        var tree = Given.Tree("x = \"\"\"1\n2\n3\"\"\", a {\n  b = [\n    7 ]\n}");

        Assert.Equal(new SourcePosition("f", 3, 7), tree.Fields["a"].KeyPosition);
        Assert.Equal(new SourcePosition("f", 4, 7), tree.At("a.b")!.Position);
        Assert.Equal(new SourcePosition("f", 5, 5), ((HoconArray)tree.At("a.b")!).Items[0].Position);
    }
}
