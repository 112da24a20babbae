<?php
/**
 * What the tests of the key share.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-plugin-test-case.php';

/** The constant is there in this process, so what happens without it is looked at in others. */
abstract class Key_Test_Case extends Plugin_Test_Case {

	/** A key of nobody. */
	protected const KEY = 'Entered-key_of/this+network=~"\'\\-c4fe';

	/** What the code prints in a WordPress without the constant, and with other salts or none if asked for. */
	protected function keyless( string $code, ?string $salts = null, array $environment = array(), array $php = array() ): string {
		$config  = $this->write_config( $salts );
		$code    = sprintf( '$_SERVER["HTTP_HOST"] = %s; require %s; require %s; %s', var_export( $this->env( 'domain' ), true ), var_export( $config, true ), var_export( __DIR__ . '/keyless.php', true ), $code );
		$process = new Process( array( PHP_BINARY, ...$php, '-r', "namespace ClosteSync\\Tests\\Keyless; $code" ), $environment + getenv() );
		self::assertSame( 0, $process->wait(), $process->output() );
		wp_cache_flush();
		return $process->output();
	}

	/** The whole database as text. */
	protected function database(): string {
		$text = '';
		foreach ( $this->wpdb->get_col( 'SHOW TABLES' ) as $table ) {
			$text .= print_r( $this->wpdb->get_results( "SELECT * FROM `$table`", ARRAY_A ), true );
		}
		return $text;
	}

	/** A wp-config.php without the key, in a file of its own for each kind of salts. */
	private function write_config( ?string $salts ): string {
		$text = (string) file_get_contents( $this->env( 'wordpress' ) . '/wp-config.php' );
		$text = (string) preg_replace( "/^define\( 'CLOSTE_CLIENT_API_KEY'.*$/m", '', $text );
		if ( null !== $salts ) {
			$text = (string) preg_replace_callback(
				"/^define\( '([A-Z_]+_(?:KEY|SALT))', '.*' \);$/m",
				static fn( array $match ): string => '' === $salts ? '' : "define( '$match[1]', '$match[1] $salts' );",
				$text
			);
		}
		$config = $this->env( 'wordpress' ) . '/wp-config-key-' . md5( $text ) . '.php';
		file_put_contents( $config, $text );
		return $config;
	}
}
