using System.Numerics;

namespace SensorGrid.Ingest.Sources.Sparkplug;

/// <summary>What the aliases of an edge node mean. Most nodes count them up, so those that stand close enough are places of an array; the rest is looked up.</summary>
internal sealed class SparkplugAliases
{
    private const int FirstPlaces = 64;

    // Places for each alias that there is: past it an array would be mostly empty.
    private const int MostPlacesEach = 4;

    private readonly Dictionary<ulong, SparkplugDefinition> others = [];
    private SparkplugDefinition?[] places = [];
    private int count;

    /// <summary>The metric of an alias; null when it is not known.</summary>
    public SparkplugDefinition? Find(ulong alias) =>
        alias < (ulong)places.Length ? places[alias] : others.GetValueOrDefault(alias);

    /// <summary>Gives an alias a meaning.</summary>
    /// <returns>Whether it had one before, which is forgotten.</returns>
    public bool Define(ulong alias, SparkplugDefinition definition)
    {
        if (alias >= (ulong)places.Length && alias < (ulong)Math.Max(FirstPlaces, (count + 1) * (long)MostPlacesEach))
            Grow((int)alias + 1);
        bool isKnown = Find(alias) is not null;
        if (alias < (ulong)places.Length)
            places[alias] = definition;
        else
            others[alias] = definition;
        count += isKnown ? 0 : 1;
        return isKnown;
    }

    /// <summary>Forgets the aliases that a birth gave.</summary>
    public void Forget(SparkplugBirth birth)
    {
        foreach (ref var place in places.AsSpan())
        {
            if (place?.Birth != birth)
                continue;
            place = null;
            count--;
        }
        foreach (var (alias, definition) in others)
        {
            if (definition.Birth == birth && others.Remove(alias))
                count--;
        }
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        places = [];
        others.Clear();
        count = 0;
    }

    // What was looked up until now and has a place from now on goes there: an alias stands in one of the two.
    private void Grow(int least)
    {
        Array.Resize(ref places, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(FirstPlaces, least)));
        foreach (var (alias, definition) in others)
        {
            if (alias < (ulong)places.Length && others.Remove(alias))
                places[alias] = definition;
        }
    }
}
