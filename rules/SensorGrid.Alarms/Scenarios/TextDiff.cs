using System.Text;

namespace SensorGrid.Alarms.Scenarios;

/// <summary>Compares texts line by line and shows where they differ.</summary>
public static class TextDiff
{
    /// <summary>The lines of both, with a mark before those that only one has.</summary>
    /// <param name="expected">Its lines get a <c>-</c> where the other has none.</param>
    /// <param name="actual">Its lines get a <c>+</c>.</param>
    public static string Between(string expected, string actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        string[] left = expected.Split('\n'), right = actual.Split('\n');
        var common = CommonFrom(left, right);
        var diff = new StringBuilder();
        int i = 0, j = 0;
        while (i < left.Length || j < right.Length)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j])
                (_, i, j) = (diff.Append("  ").Append(left[i]).Append('\n'), i + 1, j + 1);
            else if (j == right.Length || (i < left.Length && common[i + 1, j] >= common[i, j + 1]))
                diff.Append("- ").Append(left[i++]).Append('\n');
            else
                diff.Append("+ ").Append(right[j++]).Append('\n');
        }
        return diff.ToString();
    }

    // Length of the longest common subsequence from each pair of lines on.
    private static int[,] CommonFrom(string[] left, string[] right)
    {
        var common = new int[left.Length + 1, right.Length + 1];
        for (int i = left.Length - 1; i >= 0; i--)
        {
            for (int j = right.Length - 1; j >= 0; j--)
                common[i, j] = left[i] == right[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        return common;
    }
}
