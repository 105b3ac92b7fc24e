using ActorPipeline.Hosting.Configuration;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class HoconSubstitutionSpecs
{
    [Theory]
    [InlineData("a = ${b}, b = 1", "1")]
    [InlineData("a = ${b.c}, b { c = 1 }, b.c = 2", "2")]
    [InlineData("a = ${b}, b = ${c}, c = 3", "3")]
    [InlineData("a = ${VAR}", "value")]
    [InlineData("a = ${?VAR}", "value")]
    [InlineData("a = ${VAR}, VAR = own", "own")]
    [InlineData("a = ${?VAR}\"/x\"", "value/x")]
    [InlineData("a = \"in \"${VAR}\" side\"", "in value side")]
    [InlineData("a = one ${VAR} two", "one value two")]
    [InlineData("a = ${?NONE}\"/x\"", "/x")]
    [InlineData("a = ${?NONE} \"x \"", "x ")]
    [InlineData("a = x ${?NONE}", "x")]
    [InlineData("a = 1\na = ${?NONE}", "1")]
    [InlineData("a = 1\na = ${?VAR}", "value")]
    [InlineData("a = ${\"b.c\"}, \"b.c\" = 5", "5")]
    [InlineData("a = ${b.c}, d { c = 6 }, b = ${d}", "6")]
    [InlineData("a = ${b.c}, d { c = 6 }, b = ${d}, b { c = 7 }", "7")]
    [InlineData("a = ${x.p}, x { p = 1, q = ${x.p} }", "1")]
    public void Should_put_the_value_in_when_a_key_or_variable_has_one(string text, string expected) =>
        Assert.Equal(expected, Given.Tree(text, ("VAR", "value")).Text("a"));

    [Fact]
    public void Should_merge_when_an_object_is_laid_over_a_substituted_one()
    {
        var tree = Given.Tree("base { x = 1, y = 2 }\na = ${base} { y = 3 }\nb = ${base}\nb { x = 4 }");

        Assert.Equal(("1", "3", "4", "2"), (tree.Text("a.x"), tree.Text("a.y"), tree.Text("b.x"), tree.Text("b.y")));
    }

    [Fact]
    public void Should_join_lists_when_they_stand_on_one_line() =>
        Assert.Equal(["1", "2", "3"], Given.Tree("base = [1, 2]\na = ${base} [3, ${?NONE}]").Texts("a"));

    [Fact]
    public void Should_leave_the_key_out_and_keep_the_names_when_optional_variables_are_not_set()
    {
        var tree = Given.Tree("a = ${?NONE}, b = ${?EMPTY}${?NONE}", ("EMPTY", ""));

        Assert.Empty(tree.Fields);
        Assert.Equal(["EMPTY", "NONE"], tree.LeftOut["b"].Unset);
    }

    [Fact]
    public void Should_keep_the_name_with_the_value_when_an_unset_variable_was_to_begin_it()
    {
        var tree = Given.Tree("a = ${?NONE}\"/x\", b = ${a}\"/y\", c = \"/x\"${?NONE}");

        Assert.Equal(["NONE"], ((HoconScalar)tree.At("a")!).UnsetAtStart);
        Assert.Equal(["NONE"], ((HoconScalar)tree.At("b")!).UnsetAtStart);
        Assert.Empty(((HoconScalar)tree.At("c")!).UnsetAtStart);
    }

    [Theory]
    [InlineData("a = ${NONE}", "1:5: ${NONE}: environment variable NONE is not set")]
    [InlineData("a = x${NONE}", "1:6: ${NONE}: environment variable NONE is not set")]
    [InlineData("a = [1, ${NONE}]", "1:9: ${NONE}: environment variable NONE is not set")]
    [InlineData("a = ${b.c}, b { d = 1 }", "1:5: ${b.c}: there is no such key, and no environment variable b.c")]
    [InlineData("a = ${b.c}, b = 1", "1:5: ${b.c}: there is no such key, and no environment variable b.c")]
    [InlineData("a = ${a}", "1:5: this substitution leads back to itself")]
    [InlineData("a = ${a.b}", "1:5: this substitution leads back to itself")]
    [InlineData("a { b = ${a} }", "1:9: this substitution leads back to itself")]
    [InlineData("a = ${b}, b = x${c}, c = ${a}", "1:26: this substitution leads back to itself")]
    [InlineData("o { x = 1 }, a = y${o}", "1:18: text, lists and objects cannot be one value")]
    public void Should_say_where_and_what_is_wrong_when_a_substitution_cannot_be_made(string text, string expected) =>
        Assert.Equal([expected], Given.Hocon(text).Faults);

    [Fact]
    public void Should_stop_with_a_fault_when_substitutions_double_what_they_hold_again_and_again()
    {
        var text = "a0 = [x, x]\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"a{i} = [${{a{i - 1}}}, ${{a{i - 1}}}]\n"));
        var strings = "a0 = xx\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"a{i} = ${{a{i - 1}}}${{a{i - 1}}}\n"));

        Assert.Contains(Given.Hocon(text).Faults, fault => fault.Contains("expand to too much"));
        Assert.Contains(Given.Hocon(strings).Faults, fault => fault.Contains("expand to too much"));
    }

    [Fact]
    public void Should_stop_with_a_fault_when_a_chain_of_substitutions_is_too_long()
    {
        var chain = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"a{i} = ${{a{i + 1}}}\n"));
        var nest = "a0 = 1\n" + string.Concat(Enumerable.Range(1, 3_000).Select(i => $"a{i} {{ x = ${{a{i - 1}}} }}\n"));

        Assert.Contains(Given.Hocon(chain).Faults, fault => fault.Contains("too often"));
        Assert.Contains(Given.Hocon(nest).Faults, fault => fault.Contains("nested deeper than 64 levels after substitution"));
    }

    [Fact]
    public void Should_end_soon_when_many_layers_and_many_pieces_meet()
    {
        var layers = string.Concat(Enumerable.Repeat("a=${?x}\n", 40_000)) + string.Concat(Enumerable.Range(0, 40_000).Select(i => $"b{i}=${{?a.b}}\n"));
        var pieces = "a = ${?x}" + string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{{k{i}=1}}"));

        Given.Hocon(layers);
        Given.Hocon(pieces);
    }
}
