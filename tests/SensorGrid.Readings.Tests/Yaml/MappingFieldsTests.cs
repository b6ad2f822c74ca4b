using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Tests.Yaml;

public class MappingFieldsTests
{
    private readonly SourceMessages messages = new();

    private MappingFields Read(string text, params string[] keys) =>
        new((MappingNode)YamlDocumentReader.Read("a.yaml", text, messages)!, messages, "a thing", keys);

    private IEnumerable<string> Said => messages.ToList().Select(message => message.ToString());

    [Fact]
    public void Gives_values_by_type()
    {
        var fields = Read(
            "{ id: gw-1, text: 12, number: -1.5e1, whole: 3, for: 15min, word: red, numbers: [1, 2], texts: [a, b], tags: { b: 1, a: x }, name: { zh: 水, en: Water } }",
            "id", "text", "number", "whole", "for", "word", "numbers", "texts", "tags", "name", "absent");
        Assert.Equal("gw-1", fields.Id("id"));
        Assert.Equal("12", fields.Text("text"));
        Assert.Equal(-15, fields.Number("number"));
        Assert.Equal(3, fields.Whole("whole", 0, 9));
        Assert.Equal(TimeSpan.FromMinutes(15), fields.Duration("for"));
        Assert.Equal("red", fields.Word("word", ["blue", "red"]));
        Assert.Equal([1, 2], fields.Numbers("numbers"));
        Assert.Equal(["a", "b"], fields.Texts("texts").Select(text => text.Value));
        Assert.Equal(["a=x", "b=1"], fields.TextMap("tags").Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.Equal(new LocalizedText("水", "Water"), fields.Localized("name"));
        Assert.Null(fields.Text("absent"));
        Assert.Empty(fields.Items("absent"));
        Assert.Empty(fields.TextMap("absent"));
        Assert.Null(fields.Mapping("absent", "x", false, "a"));
        Assert.Empty(Said);
    }

    [Theory]
    [InlineData("name: Rain", "Rain", "Rain"), InlineData("name: { zh: 雨 }", "雨", "雨"), InlineData("name: { en: Rain }", "Rain", "Rain")]
    public void One_language_stands_in_for_the_other(string text, string zh, string en) =>
        Assert.Equal(new LocalizedText(zh, en), Read(text, "name").Localized("name"));

    [Fact]
    public void Says_everything_that_is_wrong_with_its_place()
    {
        var fields = Read(
            "id: -x\ntext: [a]\nnumber: much\nwhole: 1.5\nfor: 5m\nword: gren\nnumbers: [1, x]\nlist: 7\ntags: { a: [1] }\nname: {}\nempty:\nquoted: ''\n",
            "id", "text", "number", "whole", "for", "word", "numbers", "list", "tags", "name", "needed", "empty", "quoted");
        Assert.Null(fields.Id("id"));
        Assert.Null(fields.Text("text"));
        Assert.Null(fields.Number("number"));
        Assert.Null(fields.Whole("whole", 0, 9));
        Assert.Null(fields.Duration("for"));
        Assert.Null(fields.Word("word", ["blue", "green"]));
        Assert.Equal([1], fields.Numbers("numbers"));
        Assert.Empty(fields.Items("list"));
        Assert.Empty(fields.TextMap("tags"));
        Assert.Null(fields.Localized("name"));
        Assert.Null(fields.Text("needed", required: true));
        Assert.Null(fields.Text("empty"));
        Assert.Null(fields.Text("quoted"));
        Assert.Equal(
            [
                "a.yaml:1:1: a thing needs 'needed'",
                "a.yaml:1:5: '-x' cannot be an id: letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 64",
                "a.yaml:2:7: 'text' of a thing is a text, this is a list",
                "a.yaml:3:9: 'number' of a thing is a number, not 'much'",
                "a.yaml:4:8: 'whole' of a thing is a whole number from 0 to 9",
                "a.yaml:5:6: 'for' of a thing is a duration: a number with ms, s, min, h or d (30s, 15min, 1h30min, 2d), or ISO 8601 (PT15M), not '5m'",
                "a.yaml:6:7: 'word' of a thing cannot be 'gren'; it is one of blue, green; did you mean 'green'?",
                "a.yaml:7:14: 'numbers' of a thing is a list of numbers, not 'x'",
                "a.yaml:8:7: 'list' of a thing is a list ([…] or lines beginning with '- '), this is a single value",
                "a.yaml:9:12: 'a' in 'tags' of a thing is a text, this is a list",
                "a.yaml:10:7: 'name' of a thing has neither 'zh' nor 'en'",
                "a.yaml:11:7: 'empty' of a thing has no value; leave the key out or give it one",
                "a.yaml:12:9: 'quoted' of a thing is empty",
            ],
            Said);
    }

    [Fact]
    public void An_unknown_key_gets_a_hint_or_the_list_of_keys()
    {
        Read("quantiy: 1\ncolour: 2\n", "quantity", "unit");
        Assert.Equal(
            ["a.yaml:1:1: a thing has no key 'quantiy'; did you mean 'quantity'?", "a.yaml:2:1: a thing has no key 'colour'; its keys are quantity, unit"], Said);
    }

    [Fact]
    public void Something_else_in_place_of_a_mapping_is_said()
    {
        Assert.Null(MappingFields.From(YamlDocumentReader.Read("a.yaml", "- 1", messages)!, messages, "a thing", "id"));
        Assert.Equal(["a.yaml:1:1: a thing is a mapping (id: …), this is a list"], Said);
    }

    [Theory]
    [InlineData("statoin", "station"), InlineData("STATION", "station"), InlineData("st", null), InlineData("gw-2", "gw-1"), InlineData("completely-else", null), InlineData("", null)]
    public void Hints_are_near_or_absent(string word, string? meant) => Assert.Equal(meant, DidYouMean.Find(word, ["station", "gw-1", "quantity"]));
}
