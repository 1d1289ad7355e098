import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;

/** DynamoDB Local in memory: `java -cp 'lib/*' DynamoDb.java PORT FOLDER`. */
class DynamoDb {
    public static void main(String[] arguments) throws Exception {
        ServerRunner.createServerFromCommandLineArgs(
            new String[] {"-inMemory", "-disableTelemetry", "-sharedDb", "-port", arguments[0]}).start();
        System.in.read(); // until whoever started this has ended, however it ended
        System.exit(0);
    }
}
