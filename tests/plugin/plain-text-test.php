<?php
/**
 * Text from outside, as it is shown, logged and stored.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Text\Plain_Text;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Plain_Text_Test extends Plugin_Test_Case {

	public function test_a_text_is_cut_between_characters(): void {
		$text = 'aü€😀b';
		for ( $bytes = 0; $bytes <= strlen( $text ) + 1; $bytes++ ) {
			$this->assertSame( mb_strcut( $text, 0, $bytes, 'UTF-8' ), Plain_Text::cut( $text, $bytes ), "$bytes bytes" );
		}
	}

	public function test_what_is_left_out_is_marked(): void {
		$this->assertSame( 'üüü', Plain_Text::shorten( 'üüü', 3 ) );
		$this->assertSame( 'üü…', Plain_Text::shorten( 'üüüü', 3 ) );
	}

	/** WordPress itself runs without mbstring, and brings only what it needs of it. */
	public function test_a_site_is_sent_and_logged_where_php_lacks_mbstring(): void {
		$code    = sprintf(
			'$_SERVER["HTTP_HOST"] = %s; require %s;
			wpmu_create_blog( "plain." . %1$s, "/", "Plain", 1 );
			echo ( new ClosteSync\Log\Log_Table( $wpdb ) )->count( new ClosteSync\Log\Log_Query( search: "PLAIN" ) );',
			var_export( $this->env( 'domain' ), true ),
			var_export( $this->env( 'wordpress' ) . '/wp-load.php', true )
		);
		// What is compiled already calls them.
		$process = new Process( array( PHP_BINARY, '-d', 'opcache.enable_cli=0', '-d', 'disable_functions=mb_strcut,mb_strtolower,mb_strimwidth', '-r', $code ) );

		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertSame( '1', $process->output() );
		$this->assertContains( $this->sub( 'plain' ), $this->emulator->domains() );
	}
}
