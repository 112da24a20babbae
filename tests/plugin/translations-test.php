<?php
/**
 * Whether translations are found, and what is said of those that are wrong.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Translations_Test extends Plugin_Test_Case {

	private const TOOL   = __DIR__ . '/../../bin/lib/translations.php';
	private const WP_CLI = __DIR__ . '/../../target/wp-files/wp-cli/wp-cli.phar';

	/** @var list<string> */
	private array $files = array();

	protected function tearDown(): void {
		array_map( 'unlink', array_filter( $this->files, 'is_file' ) );
		unload_textdomain( 'closte-sync', true );
		parent::tearDown();
	}

	/** A network admin's network has a language, without a language pack of WordPress's own. */
	public function test_a_language_is_read_from_the_folder_of_the_plugin(): void {
		$folder = dirname( CLOSTE_SYNC_FILE ) . '/languages';
		$file   = "$folder/closte-sync-xx_YY.l10n.php";

		$this->files[] = $file;
		file_put_contents( $file, "<?php return array( 'domain' => 'closte-sync', 'messages' => array( 'Owner must act' => 'Inhaber muss handeln' ) );" );

		// WordPress stores only a language of which it has a pack.
		add_filter( 'get_available_languages', static fn( array $languages ): array => array( ...$languages, 'xx_YY' ) );
		update_site_option( 'WPLANG', 'xx_YY' );
		update_option( 'WPLANG', 'xx_YY' );

		$process = $this->start_php( "echo \\ClosteSync\\Ledger\\State::OwnerMustAct->label(), '|', determine_locale();" );

		try {
			$process->wait();
			$this->assertSame( 'Inhaber muss handeln|xx_YY', trim( $process->output() ) );
		} finally {
			delete_option( 'WPLANG' );
			delete_site_option( 'WPLANG' );
		}
	}

	/** @dataProvider wrong_translations */
	public function test_what_is_wrong_with_a_translation_is_said( string $entry, string $says ): void {
		$this->assertStringContainsString( $says, $this->check( $entry ) );
	}

	/**
	 * @return array<string, array{string, string}>
	 */
	public static function wrong_translations(): array {
		return array(
			'missing'              => array( "msgid \"Domain\"\nmsgstr \"\"", 'not translated: Domain' ),
			'fuzzy'                => array( "#, fuzzy\nmsgid \"Domain\"\nmsgstr \"Domain\"", 'fuzzy: Domain' ),
			'a form missing'       => array( "msgid \"%s domain\"\nmsgid_plural \"%s domains\"\nmsgstr[0] \"%s Domain\"", 'not translated' ),
			'a placeholder lost'   => array( "msgid \"%1\$s of %2\$d\"\nmsgstr \"%1\$s von 2\"", 'other placeholders' ),
			'one in a plural lost' => array( "msgid \"%s domain\"\nmsgid_plural \"%s domains\"\nmsgstr[0] \"%s Domain\"\nmsgstr[1] \"Domains\"", 'other placeholders' ),
			'a tag lost'           => array( "msgid \"<a href=\\\"%s\\\">Show</a>\"\nmsgstr \"<a href=\\\"%s\\\">Zeigen\"", 'other HTML' ),
			'a space lost'         => array( "msgid \"Show \"\nmsgstr \"Zeigen\"", 'other space at its edges' ),
			'a command translated' => array( "msgid \"Run: wp closte sync\"\nmsgstr \"Starte: wp closte abgleich\"", 'another name or command' ),
		);
	}

	public function test_a_right_translation_passes(): void {
		$this->assertSame( '', $this->check( "msgid \"%2\$s: %1\$s\"\nmsgstr \"%1\$s (%2\$s)\"\n\nmsgid \"%s domain\"\nmsgid_plural \"%s domains\"\nmsgstr[0] \"%s Domain\"\nmsgstr[1] \"%s Domains\"" ) );
	}

	public function test_a_merge_keeps_what_is_translated_and_drops_what_is_gone(): void {
		$pot = $this->file( "msgid \"New\"\nmsgstr \"\"\n\nmsgid \"Old\"\nmsgstr \"\"" );
		$po  = $this->file( "msgid \"Gone\"\nmsgstr \"Weg\"\n\nmsgid \"Old\"\nmsgstr \"Alt\"" );
		$new = $this->file( '' );

		$this->tool( 'merge', $pot, $po, 'de_DE', $new );
		$text = (string) file_get_contents( $new );

		$this->assertStringContainsString( "msgid \"New\"\nmsgstr \"\"", $text );
		$this->assertStringContainsString( "msgid \"Old\"\nmsgstr \"Alt\"", $text );
		$this->assertStringContainsString( '"Language: de_DE\n"', $text );
		$this->assertStringNotContainsString( 'Weg', $text );
	}

	private function check( string $entries ): string {
		return $this->tool( 'check', $this->file( $entries ) );
	}

	private function file( string $entries ): string {
		$file          = (string) tempnam( sys_get_temp_dir(), 'closte-po' );
		$this->files[] = $file;
		file_put_contents( $file, "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n$entries\n" );

		return $file;
	}

	private function tool( string ...$arguments ): string {
		$process = new Process( array( PHP_BINARY, self::TOOL, self::WP_CLI, ...$arguments ) );
		$process->wait();

		return $process->output();
	}
}
