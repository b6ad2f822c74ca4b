using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Tests.Yaml;

public class YamlDocumentReaderTests
{
    private readonly SourceMessages messages = new();

    private SourceNode? Read(string text) => YamlDocumentReader.Read("a.yaml", text, messages);

    [Fact]
    public void Every_value_knows_where_it_stands()
    {
        var root = Assert.IsType<MappingNode>(Read("# comment\nname: 水利\nlist:\n  - 1\n  - { a: \"x\", b: [2] }\n"));
        Assert.Equal((2, 1), (root.Line, root.Column));
        var name = Assert.IsType<ScalarNode>(root.Find("name"));
        Assert.Equal(("水利", 2, 7, false), (name.Value, name.Line, name.Column, name.Quoted));
        var list = Assert.IsType<SequenceNode>(root.Find("list"));
        Assert.Equal((4, 5), (list.Items[0].Line, list.Items[0].Column));
        var inner = Assert.IsType<MappingNode>(list.Items[1]);
        Assert.Equal((5, 5), (inner.Line, inner.Column));
        var text = Assert.IsType<ScalarNode>(inner.Find("a"));
        Assert.Equal(("x", 5, 10, true), (text.Value, text.Line, text.Column, text.Quoted));
        Assert.Null(root.Find("other"));
        Assert.Empty(messages.ToList());
    }

    [Fact]
    public void Values_stay_as_written()
    {
        var list = Assert.IsType<SequenceNode>(Read("[no, 0440882, 1e3, 2026-05-12, ~, '~', '']"));
        Assert.Equal(["no", "0440882", "1e3", "2026-05-12", "~", "~", ""], list.Items.Cast<ScalarNode>().Select(item => item.Value));
        Assert.Equal([false, false, false, false, true, false, false], list.Items.Cast<ScalarNode>().Select(item => item.IsNull));
    }

    [Fact]
    public void Json_is_yaml()
    {
        var root = Assert.IsType<MappingNode>(Read("{\"a\": [1, {\"b\": \"\\u4e2d\"}]}"));
        var list = Assert.IsType<SequenceNode>(root.Find("a"));
        Assert.Equal("中", Assert.IsType<ScalarNode>(Assert.IsType<MappingNode>(list.Items[1]).Find("b")).Value);
    }

    [Theory, InlineData(""), InlineData("# nothing\n"), InlineData("---\n")]
    public void A_file_without_content_says_nothing(string text)
    {
        Assert.True(Read(text) is null or ScalarNode { IsNull: true });
        Assert.Empty(messages.ToList());
    }

    [Theory]
    [InlineData("a: [1, 2", "a.yaml:2:1: this is not YAML: ")]
    [InlineData("a: 1\n b: 2\n", "a.yaml:2:3: this is not YAML: ")]
    [InlineData("a: 1\n\tb: 2\n", "a.yaml:1:4: this is not YAML: ")]
    [InlineData("a: 1\nb: 2\na: 3\n", "a.yaml:3:1: key 'a' stands here a second time; the first is on line 1")]
    [InlineData("a: &x 1\n", "a.yaml:1:4: anchors (&name) are not supported; write the value out")]
    [InlineData("a: *x\n", "a.yaml:1:4: aliases (*name) are not supported; write the value out")]
    [InlineData("a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document begins here; put it into a file of its own")]
    [InlineData("? [a]\n: 1\n", "a.yaml:1:3: a key must be a single value, this is a list")]
    public void Says_what_is_wrong_and_where(string text, string message)
    {
        Read(text);
        string actual = Assert.Single(messages.ToList()).ToString();
        Assert.StartsWith(message, actual);
        Assert.True(messages.HasErrors);
    }

    [Fact]
    public void Deep_nesting_is_refused_without_going_down()
    {
        Assert.Null(Read(new string('[', 100_000)));
        Assert.Equal("a.yaml:1:33: nested deeper than 32 levels", Assert.Single(messages.ToList()).ToString());
    }

    [Fact]
    public void Messages_are_bounded_and_in_order_of_place()
    {
        for (int i = 300; i > 0; i--)
            messages.Add(new("b.yaml", i, 1, MessageSeverity.Error, $"message {i}"));
        messages.Add(new("a.yaml", 1, 1, MessageSeverity.Warning, "after the limit"));
        var list = messages.ToList();
        Assert.Equal(SourceMessages.Capacity + 1, list.Count);
        Assert.Equal("b.yaml:101:1: message 101", list[0].ToString());
        Assert.Equal("and 101 more messages after the first 200; mend those and read again", list[^1].Text);
    }

    [Fact]
    public void A_warning_says_so_and_is_no_error()
    {
        messages.Warn(new ScalarNode("a.yaml", 3, 4, "x", false), "odd");
        Assert.Equal("a.yaml:3:4: warning: odd", Assert.Single(messages.ToList()).ToString());
        Assert.False(messages.HasErrors);
    }
}
