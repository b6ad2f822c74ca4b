namespace SensorGrid.Rules.Conditions;

/// <summary>The order of conditions: by rule id, then by scope key, both ordinal. Timers that are due together fire in it, snapshots are written in it.</summary>
internal static class ConditionOrder
{
    /// <summary>Compares two conditions.</summary>
    public static int Compare(Condition left, Condition right)
    {
        int byRule = ReferenceEquals(left.Scope.Rule, right.Scope.Rule) ? 0 : string.CompareOrdinal(left.Scope.Rule.Id, right.Scope.Rule.Id);
        return byRule != 0 ? byRule : string.CompareOrdinal(left.Scope.Key, right.Scope.Key);
    }

    /// <summary>Sorts conditions that come rule by rule, mostly in order of the rules: each rule's for itself, which is far less work than all together.</summary>
    public static void Sort(List<Condition> conditions)
    {
        bool isSorted = true;
        for (int start = 0; start < conditions.Count;)
        {
            int end = start + 1;
            while (end < conditions.Count && ReferenceEquals(conditions[end].Scope.Rule, conditions[start].Scope.Rule))
                end++;
            conditions.Sort(start, end - start, ByKey.Instance);
            isSorted &= start == 0 || Compare(conditions[start - 1], conditions[start]) < 0;
            start = end;
        }
        if (!isSorted)
            conditions.Sort(Compare);
    }

    private sealed class ByKey : IComparer<Condition>
    {
        public static readonly ByKey Instance = new();

        public int Compare(Condition? x, Condition? y) => string.CompareOrdinal(x!.Scope.Key, y!.Scope.Key);
    }
}
