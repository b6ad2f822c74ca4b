using System.Collections.ObjectModel;
using System.Globalization;
using SensorGrid.Readings.Time;

namespace SensorGrid.Readings.Yaml;

/// <summary>Asks a mapping for its values by type, and puts every mistake into the messages with its place. Each getter gives null when
/// the key is absent or its value is wrong; the mistake is then already recorded.</summary>
public sealed class MappingFields
{
    private readonly SourceMessages messages;
    private readonly string what;

    /// <param name="node">The mapping.</param>
    /// <param name="messages">Gets what is wrong.</param>
    /// <param name="what">What the mapping describes, with its article: "a station".</param>
    /// <param name="known">Keys it may have; others are errors with a hint.</param>
    public MappingFields(MappingNode node, SourceMessages messages, string what, params string[] known)
    {
        Node = node;
        this.messages = messages;
        this.what = what;
        foreach (var entry in node.Entries)
        {
            if (!known.Contains(entry.Key.Value))
                messages.Error(entry.Key, $"{what} has no key '{entry.Key.Value}'{OrTheKeys(entry.Key.Value, known)}");
        }
    }

    /// <summary>The mapping.</summary>
    public MappingNode Node { get; }

    /// <summary>Takes a node that should be a mapping; null, with a message, when it is not.</summary>
    public static MappingFields? From(SourceNode node, SourceMessages messages, string what, params string[] known)
    {
        if (node is MappingNode mapping)
            return new(mapping, messages, what, known);
        messages.Error(node, $"{what} is a mapping ({known[0]}: …), this is {node.What}");
        return null;
    }

    /// <summary>Value of a key, whatever it is; null for an absent one or one without a value.</summary>
    public SourceNode? Find(string key) => Node.Find(key) is { } node && node is not ScalarNode { IsNull: true } ? node : null;

    /// <summary>True when the key is there with a value.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Records an error at the value of a key, or at the mapping when the key is absent.</summary>
    public void Error(string key, string text) => messages.Error(Node.Find(key) ?? Node, text);

    /// <summary>Records a warning at the value of a key, or at the mapping when the key is absent.</summary>
    public void Warn(string key, string text) => messages.Warn(Node.Find(key) ?? Node, text);

    /// <summary>A text.</summary>
    public string? Text(string key, bool required = false)
    {
        switch (Get(key, required))
        {
            case null:
                return null;
            case ScalarNode { Value.Length: > 0 } scalar:
                return scalar.Value;
            case ScalarNode:
                Error(key, $"'{key}' of {what} is empty");
                return null;
            case var other:
                Error(key, $"'{key}' of {what} is a text, this is {other.What}");
                return null;
        }
    }

    /// <summary>An id in the form of <see cref="Identifier"/>.</summary>
    public string? Id(string key, bool required = false)
    {
        if (Text(key, required) is not { } text)
            return null;
        if (Identifier.IsValid(text))
            return text;
        Error(key, $"'{text}' cannot be an id: {Identifier.Rule}");
        return null;
    }

    /// <summary>A number; finite.</summary>
    public double? Number(string key, bool required = false)
    {
        if (Get(key, required) is not { } node)
            return null;
        if (TryNumber(node, out double number))
            return number;
        Error(key, $"'{key}' of {what} is a number{Instead(node)}");
        return null;
    }

    /// <summary>A whole number inside limits.</summary>
    public int? Whole(string key, int least, int most, bool required = false)
    {
        if (Number(key, required) is not { } number)
            return null;
        if (number >= least && number <= most && number == Math.Floor(number))
            return (int)number;
        Error(key, $"'{key}' of {what} is a whole number from {least} to {most}");
        return null;
    }

    /// <summary>A duration in the form of <see cref="DurationText"/>.</summary>
    public TimeSpan? Duration(string key, bool required = false)
    {
        if (Get(key, required) is not { } node)
            return null;
        if (node is ScalarNode scalar && DurationText.TryParse(scalar.Value, out var duration))
            return duration;
        Error(key, $"'{key}' of {what} is a duration: {DurationText.Rule}{Instead(node)}");
        return null;
    }

    /// <summary>One of some words.</summary>
    public string? Word(string key, IReadOnlyCollection<string> words, bool required = false)
    {
        if (Text(key, required) is not { } text)
            return null;
        if (words.Contains(text))
            return text;
        Error(key, $"'{key}' of {what} cannot be '{text}'; it is one of {string.Join(", ", words)}{DidYouMean.Hint(text, words)}");
        return null;
    }

    /// <summary>The values of a list; empty when absent.</summary>
    public IReadOnlyList<SourceNode> Items(string key, bool required = false)
    {
        switch (Get(key, required))
        {
            case null:
                return [];
            case SequenceNode list:
                return list.Items;
            case var other:
                Error(key, $"'{key}' of {what} is a list ([…] or lines beginning with '- '), this is {other.What}");
                return [];
        }
    }

    /// <summary>The numbers of a list; wrong ones are left out.</summary>
    public IReadOnlyList<double> Numbers(string key, bool required = false)
    {
        var items = Items(key, required);
        if (items.Count == 0)
            return [];
        var numbers = new List<double>(items.Count);
        foreach (var node in items)
        {
            if (TryNumber(node, out double number))
                numbers.Add(number);
            else
                messages.Error(node, $"'{key}' of {what} is a list of numbers{Instead(node)}");
        }
        return numbers;
    }

    /// <summary>The texts of a list with their places; wrong ones are left out.</summary>
    public IReadOnlyList<ScalarNode> Texts(string key, bool required = false)
    {
        var texts = new List<ScalarNode>();
        foreach (var node in Items(key, required))
        {
            if (node is ScalarNode { Value.Length: > 0 } scalar)
                texts.Add(scalar);
            else
                messages.Error(node, $"'{key}' of {what} is a list of texts{Instead(node)}");
        }
        return texts;
    }

    /// <summary>A mapping inside this one.</summary>
    public MappingFields? Mapping(string key, string whatIsIt, bool required, params string[] known) =>
        Get(key, required) is { } node ? From(node, messages, whatIsIt, known) : null;

    /// <summary>A mapping of free keys to texts, such as tags; empty when absent.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string key)
    {
        if (Get(key, required: false) is not { } node)
            return ReadOnlyDictionary<string, string>.Empty;
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (node is not MappingNode mapping)
        {
            Error(key, $"'{key}' of {what} is a mapping of texts, this is {node.What}");
            return map;
        }
        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is ScalarNode scalar)
                map[entry.Key.Value] = scalar.Value;
            else
                messages.Error(entry.Value, $"'{entry.Key.Value}' in '{key}' of {what} is a text, this is {entry.Value.What}");
        }
        return map;
    }

    /// <summary>A text in both languages: <c>{ zh: …, en: … }</c>, or one text for both.</summary>
    public LocalizedText? Localized(string key, bool required = false)
    {
        if (Get(key, required) is not { } node)
            return null;
        if (node is ScalarNode { Value.Length: > 0 } both)
            return new(both.Value, both.Value);
        if (From(node, messages, $"'{key}' of {what}", "zh", "en") is not { } fields)
            return null;
        var (zh, en) = (fields.Text("zh"), fields.Text("en"));
        if (zh is null && en is null)
        {
            Error(key, $"'{key}' of {what} has neither 'zh' nor 'en'");
            return null;
        }
        return new(zh ?? en!, en ?? zh!);
    }

    private SourceNode? Get(string key, bool required)
    {
        var node = Find(key);
        if (node is not null)
            return node;
        if (Node.Find(key) is { } empty)
            messages.Error(empty, $"'{key}' of {what} has no value{(required ? "" : "; leave the key out or give it one")}");
        else if (required)
            messages.Error(Node, $"{what} needs '{key}'");
        return null;
    }

    private static bool TryNumber(SourceNode node, out double number)
    {
        number = 0;
        return node is ScalarNode scalar &&
            double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    private static string Instead(SourceNode node) => node is ScalarNode scalar ? $", not '{scalar.Value}'" : $", this is {node.What}";

    private static string OrTheKeys(string key, string[] known)
    {
        string hint = DidYouMean.Hint(key, known);
        return hint.Length > 0 ? hint : $"; its keys are {string.Join(", ", known)}";
    }
}
