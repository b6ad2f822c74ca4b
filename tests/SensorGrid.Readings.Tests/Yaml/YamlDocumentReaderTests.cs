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

    [Fact]
    public void A_long_list_is_taken_item_by_item_and_the_rest_is_as_ever()
    {
        const string text = "a: 1\nlong: [x, { long: [2, 3] }, [y]]\nb: { long: [4] }\nlong2: [5]\n";
        var taken = new List<SourceNode>();
        var rest = Assert.IsType<MappingNode>(YamlDocumentReader.Read("a.yaml", text, messages, "long", taken.Add));
        var whole = Assert.IsType<MappingNode>(Read(text));
        Assert.Equal(Shown(whole.Find("long")!), $"[{string.Join(' ', taken.Select(Shown))}]@2:7");
        Assert.Empty(Assert.IsType<SequenceNode>(rest.Find("long")).Items);
        Assert.Equal(["a", "long", "b", "long2"], rest.Entries.Select(entry => entry.Key.Value));
        foreach (string key in (string[])["a", "b", "long2"])
            Assert.Equal(Shown(whole.Find(key)!), Shown(rest.Find(key)!));
        Assert.Empty(messages.ToList());
    }

    [Theory, InlineData("[long: [1]]"), InlineData("[[long, 1]]"), InlineData("{ a: { long: [1] } }"), InlineData("long: { long: [1] }"), InlineData("? [long]\n: [1]\n")]
    public void Only_the_list_of_the_document_itself_is_taken(string text)
    {
        var other = new SourceMessages();
        var rest = YamlDocumentReader.Read("a.yaml", text, messages, "long", node => Assert.Fail($"took {node}"));
        Assert.Equal(Shown(YamlDocumentReader.Read("a.yaml", text, other)!), Shown(rest!));
        Assert.Equal(other.ToList(), messages.ToList());
    }

    [Fact]
    public void Of_many_keys_each_that_stands_twice_is_said()
    {
        string text = string.Concat(Enumerable.Range(0, 60).Select(key => $"k{key}: {key}\n")) + "k3: a\nk59: b\nk24: c\n";
        Assert.Equal(60, Assert.IsType<MappingNode>(Read(text)).Entries.Count);
        Assert.Equal(
            [(61, "key 'k3' stands here a second time; the first is on line 4"), (62, "key 'k59' stands here a second time; the first is on line 60"), (63, "key 'k24' stands here a second time; the first is on line 25")],
            messages.ToList().Select(message => (message.Line, message.Text)));
    }

    private static string Shown(SourceNode node) => node switch
    {
        ScalarNode scalar => $"{scalar.Value}@{scalar.Line}:{scalar.Column}",
        SequenceNode list => $"[{string.Join(' ', list.Items.Select(Shown))}]@{list.Line}:{list.Column}",
        MappingNode mapping => $"{{{string.Join(' ', mapping.Entries.Select(entry => $"{Shown(entry.Key)}={Shown(entry.Value)}"))}}}@{mapping.Line}:{mapping.Column}",
        _ => throw new InvalidOperationException(node.What),
    };
}
